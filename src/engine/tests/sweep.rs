//! Every call of making, changing and deleting, times every fault: the next run converges.

use super::toy::{Fault, World, house, run};
use crate::engine::{Graph, Ledger};

const FAULTS: [Fault; 4] = [
    Fault::Refused,
    Fault::AnswerLost,
    Fault::CrashBefore,
    Fault::CrashAfter,
];

/// What is wanted before and after the run that is disturbed.
fn graphs(story: &str) -> (Option<Graph<World>>, Graph<World>, Vec<&'static str>) {
    let full = || house([1, 1, 1], &["east", "west"]);
    match story {
        "make" => (None, full(), vec!["base", "east", "roof", "west"]),
        "change" => {
            let mut graph = house([2, 1, 0], &["east"]);
            graph.retire(full());
            (Some(full()), graph, vec!["base", "east", "roof"])
        }
        _ => {
            let mut graph = Graph::new();
            graph.retire(full());
            (Some(full()), graph, vec![])
        }
    }
}

async fn disturbed(story: &str, at: usize, fault: Fault, memory: bool) -> bool {
    let world = World::default();
    let (before, graph, expected) = graphs(story);
    let mut ledger = Ledger::new();
    if let Some(before) = before {
        ledger = run(&before, &world, &ledger).await.unwrap().ledger;
    }
    world.journal.lock().unwrap().clear();
    *world.fault.lock().unwrap() = Some((at, fault));
    let first = run(&graph, &world, &ledger).await;
    let struck = world.journal.lock().unwrap().len() >= at;
    *world.fault.lock().unwrap() = None;
    let remembered = first.map_or_else(|ledger| ledger, |outcome| outcome.ledger);
    let ledger = if memory { remembered } else { Ledger::new() };
    let outcome = run(&graph, &world, &ledger).await.unwrap();
    let what = format!("{story}, call {at}, {fault:?}, memory kept: {memory}");
    assert_eq!(outcome.problems, [], "{what}");
    assert_eq!(world.names(), expected, "{what}");
    world.journal.lock().unwrap().clear();
    let again = run(&graph, &world, &outcome.ledger).await.unwrap();
    assert_eq!(again.problems, [], "{what}");
    assert_eq!(
        world.acts(),
        Vec::<String>::new(),
        "{what}: a converged graph is left alone"
    );
    struck
}

#[tokio::test]
async fn a_fault_at_any_call_is_mended_by_the_next_run() {
    let mut runs = 0;
    for story in ["make", "change", "delete"] {
        for fault in FAULTS {
            for memory in [true, false] {
                let mut at = 1;
                while disturbed(story, at, fault, memory).await {
                    (at, runs) = (at + 1, runs + 1);
                }
                assert!(at > 4, "{story} makes more calls than that");
            }
        }
    }
    println!("{runs} disturbed runs");
}
