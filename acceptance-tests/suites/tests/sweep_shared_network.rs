//! The sweep of the shared database whose consumers come through service networks.
//! `acceptance_suites::sweep` tells what each case is.

use acceptance_suites::stage::Stage;
use acceptance_suites::sweep::Play;

const PLAY: Play = Play {
    type_name: "privatelink_shared_db",
    wanted: Stage::shared_network,
    // What is not of networks is disturbed by the other sweeps.
    every: 3,
};

acceptance_suites::sweeps!(PLAY, create: 20, add: 6, delete: 10);
