//! The sweep of the shared database.
//! `acceptance_suites::sweep` tells what each case is.

use acceptance_suites::stage::Stage;
use acceptance_suites::sweep::Play;

const PLAY: Play = Play {
    type_name: "privatelink_shared_db",
    wanted: Stage::shared_db,
    // The engine and the pipeline are the bridge's, of which all calls are disturbed.
    every: 3,
};

acceptance_suites::sweeps!(PLAY, create: 20, add: 6, delete: 10);
