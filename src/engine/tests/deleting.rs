//! Deleting: what is no longer wanted goes, users first.

use super::toy::{World, house, run};
use crate::engine::{Graph, Ledger, forecast};

#[tokio::test]
async fn deleting_walks_the_same_graph_backwards() {
    let world = World::default();
    let made = run(&house([1, 1, 1], &["east", "west"]), &world, &Ledger::new())
        .await
        .unwrap();
    world.journal.lock().unwrap().clear();
    let mut nothing = Graph::new();
    nothing.retire(house([1, 1, 1], &["east", "west"]));
    assert_eq!(forecast(&nothing, &made.ledger).doomed.len(), 4);
    let outcome = run(&nothing, &world, &made.ledger).await.unwrap();
    assert_eq!(outcome.problems, []);
    assert_eq!(
        world.acts(),
        ["delete roof", "delete east", "delete west", "delete base"]
    );
    assert_eq!(outcome.ledger, Ledger::new());
}

#[tokio::test]
async fn what_is_gone_already_is_success() {
    let world = World::default();
    let made = run(&house([1, 1, 1], &["east"]), &world, &Ledger::new())
        .await
        .unwrap();
    world.objects.lock().unwrap().clear();
    let mut nothing = Graph::new();
    nothing.retire(house([1, 1, 1], &["east"]));
    let outcome = run(&nothing, &world, &made.ledger).await.unwrap();
    assert_eq!(outcome.problems, []);
    assert_eq!(outcome.ledger, Ledger::new());
}

#[tokio::test]
async fn what_is_dropped_by_an_update_goes_once_its_users_have_let_go() {
    let world = World::default();
    let made = run(&house([1, 1, 1], &["east", "west"]), &world, &Ledger::new())
        .await
        .unwrap();
    // The toy roof keeps using what it was made with, so it must be made anew to let go.
    let mut graph = house([1, 1, 0], &["east"]);
    graph.retire(house([1, 1, 1], &["east", "west"]));
    assert!(graph.dooms("wall.west"));
    let outcome = run(&graph, &world, &made.ledger).await.unwrap();
    assert_eq!(outcome.problems, []);
    assert_eq!(world.names(), ["base", "east", "roof"]);
}
