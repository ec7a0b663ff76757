//! The sweep of the ALB bridge.
//! `acceptance_suites::sweep` tells what each case is.

use acceptance_suites::stage::Stage;
use acceptance_suites::sweep::Play;

const PLAY: Play = Play {
    type_name: "privatelink_alb_bridge",
    wanted: Stage::bridge,
    every: 1,
};

acceptance_suites::sweeps!(PLAY, create: 28, add: 8, delete: 20);
