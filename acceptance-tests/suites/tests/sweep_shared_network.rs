//! The sweep of the shared database whose consumers come through service networks.
//! `acceptance_suites::sweep` tells what each case is.

use acceptance_suites::stage::Stage;
use acceptance_suites::sweep::{Fault, Play, Story, sweep};

const PLAY: Play = Play {
    type_name: "privatelink_shared_db",
    wanted: Stage::shared_network,
    // What is not of networks is disturbed by the other sweeps.
    every: 3,
};

/// One test for each story and fault, so that they share the cores.
macro_rules! sweeps {
    ($($name:ident: $story:ident, $fault:ident, $calls_min:literal;)*) => {
        $(
            #[test]
            fn $name() {
                sweep(PLAY, (Story::$story, Fault::$fault), $calls_min);
            }
        )*
    };
}

sweeps! {
    create_survives_a_refusal: Create, Refused, 20;
    create_survives_a_lost_answer: Create, AnswerLost, 20;
    create_survives_a_crash_before_a_call: Create, CrashBefore, 20;
    create_survives_a_crash_after_a_call: Create, CrashAfter, 20;
    adding_a_consumer_survives_a_refusal: AddConsumer, Refused, 6;
    adding_a_consumer_survives_a_lost_answer: AddConsumer, AnswerLost, 6;
    adding_a_consumer_survives_a_crash_before_a_call: AddConsumer, CrashBefore, 6;
    adding_a_consumer_survives_a_crash_after_a_call: AddConsumer, CrashAfter, 6;
    delete_survives_a_refusal: Delete, Refused, 10;
    delete_survives_a_lost_answer: Delete, AnswerLost, 10;
    delete_survives_a_crash_before_a_call: Delete, CrashBefore, 10;
    delete_survives_a_crash_after_a_call: Delete, CrashAfter, 10;
}
