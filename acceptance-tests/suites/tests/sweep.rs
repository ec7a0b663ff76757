//! The sweep of the ALB bridge.
//! `acceptance_suites::sweep` tells what each case is.

use acceptance_suites::stage::Stage;
use acceptance_suites::sweep::{Fault, Play, Story, sweep};

const PLAY: Play = Play {
    type_name: "privatelink_alb_bridge",
    wanted: Stage::bridge,
    every: 1,
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
    delete_survives_a_refusal: Delete, Refused, 20;
    delete_survives_a_lost_answer: Delete, AnswerLost, 20;
    delete_survives_a_crash_before_a_call: Delete, CrashBefore, 20;
    delete_survives_a_crash_after_a_call: Delete, CrashAfter, 20;
    create_survives_a_refusal: Create, Refused, 28;
    create_survives_a_lost_answer: Create, AnswerLost, 28;
    create_survives_a_crash_before_a_call: Create, CrashBefore, 28;
    create_survives_a_crash_after_a_call: Create, CrashAfter, 28;
    adding_a_consumer_survives_a_refusal: AddConsumer, Refused, 8;
    adding_a_consumer_survives_a_lost_answer: AddConsumer, AnswerLost, 8;
    adding_a_consumer_survives_a_crash_before_a_call: AddConsumer, CrashBefore, 8;
    adding_a_consumer_survives_a_crash_after_a_call: AddConsumer, CrashAfter, 8;
}
