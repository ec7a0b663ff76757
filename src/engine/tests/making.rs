//! Making and changing: order, waiting, memory, replacement, strangers.

use tokio::sync::watch;

use super::toy::{Agrees, Jump, Object, SeenThing, World, house, never_ripe, refused, run};
use crate::engine::{Cause, Clock, Graph, Ledger, Run, Verdict, converge, forecast, survey};
use std::time::Duration;

#[tokio::test]
async fn a_graph_is_made_in_order_and_then_left_alone() {
    let (world, graph) = (World::default(), house([1, 1, 1], &["east", "west"]));
    let outcome = run(&graph, &world, &Ledger::new()).await.unwrap();
    assert_eq!(outcome.problems, []);
    assert_eq!(
        world.acts(),
        ["create base", "create east", "create west", "create roof"]
    );
    world.journal.lock().unwrap().clear();
    let again = run(&graph, &world, &outcome.ledger).await.unwrap();
    assert_eq!(again.problems, []);
    assert_eq!(again.ledger, outcome.ledger);
    assert!(
        world.journal.lock().unwrap().is_empty(),
        "what is remembered in place costs no look"
    );
}

#[tokio::test]
async fn a_change_touches_what_changed_and_nothing_else() {
    let world = World::default();
    let made = run(&house([1, 1, 1], &["east"]), &world, &Ledger::new())
        .await
        .unwrap();
    world.journal.lock().unwrap().clear();
    let graph = house([1, 1, 5], &["east"]);
    let plan = forecast(&graph, &made.ledger);
    assert_eq!(plan.verdict("roof"), Some(&Verdict::Changed(vec!["size"])));
    assert!(plan.makes().is_empty());
    let changed = run(&graph, &world, &made.ledger).await.unwrap();
    assert_eq!(changed.problems, []);
    assert_eq!(*world.journal.lock().unwrap(), ["look roof", "change roof"]);
}

#[tokio::test]
async fn what_must_be_made_anew_is_deleted_and_made_with_the_next_generation() {
    let world = World::default();
    let made = run(&house([1, 1, 1], &["east"]), &world, &Ledger::new())
        .await
        .unwrap();
    let graph = house([1, 1, 0], &["east"]);
    assert!(forecast(&graph, &made.ledger).makes().contains("roof"));
    let anew = run(&graph, &world, &made.ledger).await.unwrap();
    assert_eq!(anew.problems, []);
    let (before, after) = (
        made.ledger.get("roof").unwrap(),
        anew.ledger.get("roof").unwrap(),
    );
    assert_ne!(before.id, after.id);
    assert_eq!((before.generation, after.generation), (1, 2));
}

#[tokio::test]
async fn a_strangers_object_is_never_touched_and_only_its_users_suffer() {
    let world = World::default();
    let (id, uses, ripe_at) = ("x".to_owned(), vec![], Duration::ZERO);
    let theirs = Object {
        id,
        size: 9,
        uses,
        ripe_at,
        mine: false,
        generation: 1,
    };
    world
        .objects
        .lock()
        .unwrap()
        .insert("east".into(), theirs.clone());
    let graph = house([1, 1, 1], &["east", "west"]);
    let outcome = run(&graph, &world, &Ledger::new()).await.unwrap();
    let problems: Vec<_> = outcome
        .problems
        .iter()
        .map(|problem| (problem.address.as_str(), problem.cause))
        .collect();
    assert_eq!(
        problems,
        [("wall.east", Cause::Foreign), ("roof", Cause::Blocked)]
    );
    assert_eq!(world.objects.lock().unwrap()["east"], theirs);
    assert!(outcome.ledger.get("wall.west").is_some());
}

#[tokio::test]
async fn what_vanished_after_the_plan_is_not_made_silently() {
    let world = World::default();
    let graph = house([1, 1, 1], &["east"]);
    let made = run(&graph, &world, &Ledger::new()).await.unwrap();
    world.objects.lock().unwrap().remove("roof");
    // The plan thought that the roof only changes.
    let graph = house([1, 1, 2], &["east"]);
    let (_keep, stop) = watch::channel(false);
    let run = Run {
        announced: Some(forecast(&graph, &made.ledger).makes()),
        ledger: made.ledger,
        time_limit: Duration::from_secs(60),
        excused: &|| Duration::ZERO,
        stop,
        guard: &Agrees,
        remember: &|_| {},
    };
    let outcome = converge(&graph, &world, &Jump(&world), run).await;
    assert_eq!(outcome.problems[0].cause, Cause::Unannounced);
    assert!(!world.names().contains(&"roof".to_owned()));
}

#[tokio::test]
async fn a_survey_finds_what_a_lost_memory_forgot_and_tells_what_is_gone() {
    let world = World::default();
    let graph = house([1, 1, 1], &["east"]);
    let made = run(&graph, &world, &Ledger::new()).await.unwrap();
    let found = survey(&graph, &world, &Ledger::new(), None).await;
    assert_eq!(found.ledger, made.ledger);
    world.objects.lock().unwrap().remove("roof");
    let found = survey(&graph, &world, &made.ledger, Some(&Jump(&world))).await;
    assert_eq!(found.vanished, ["roof"]);
    assert!(found.ledger.get("roof").is_none());
}

#[tokio::test]
async fn what_is_not_as_it_is_remembered_is_looked_at_twice() {
    let world = World::default();
    let made = run(&house([1, 1, 1], &["east"]), &world, &Ledger::new())
        .await
        .unwrap();
    let before = world.objects.lock().unwrap().clone();
    let graph = house([1, 1, 5], &["east"]);
    let changed = run(&graph, &world, &made.ledger).await.unwrap();
    // Reads still show the roof as it was before the change: no drift.
    *world.past.lock().unwrap() = Some((Jump(&world).now() + Duration::from_secs(3), before));
    let found = survey(&graph, &world, &changed.ledger, Some(&Jump(&world))).await;
    assert_eq!(found.ledger, changed.ledger);
    // A change that stays is drift.
    world.objects.lock().unwrap().get_mut("roof").unwrap().size = 2;
    let found = survey(&graph, &world, &changed.ledger, Some(&Jump(&world))).await;
    assert_ne!(found.ledger, changed.ledger);
}

#[tokio::test]
async fn running_out_of_time_says_what_was_waited_for_and_forgets_nothing() {
    let (world, graph) = (World::default(), house([1, 1, 1], &["east"]));
    let (_keep, stop) = watch::channel(false);
    let run = Run {
        ledger: Ledger::new(),
        announced: None,
        time_limit: Duration::from_secs(5),
        excused: &|| Duration::ZERO,
        stop,
        guard: &Agrees,
        remember: &|_| {},
    };
    let outcome = converge(&graph, &world, &Jump(&world), run).await;
    let wall = outcome
        .problems
        .iter()
        .find(|problem| problem.address == "wall.east")
        .unwrap();
    assert_eq!(wall.cause, Cause::TimedOut);
    assert_eq!(wall.reason.what, "ripening");
    assert!(outcome.ledger.get("wall.east").is_some());
}

#[tokio::test]
async fn a_stop_starts_nothing_new() {
    let (world, graph) = (World::default(), house([1, 1, 1], &["east"]));
    let (stop, stopped) = watch::channel(false);
    stop.send_replace(true);
    let run = Run {
        ledger: Ledger::new(),
        announced: None,
        time_limit: Duration::from_secs(5),
        excused: &|| Duration::ZERO,
        stop: stopped,
        guard: &Agrees,
        remember: &|_| {},
    };
    let outcome = converge(&graph, &world, &Jump(&world), run).await;
    assert!(world.journal.lock().unwrap().is_empty());
    assert!(
        outcome
            .problems
            .iter()
            .any(|problem| problem.cause == Cause::Blocked)
    );
}

#[tokio::test]
async fn what_is_not_found_is_waited_for_a_while_and_what_will_never_be_ends_those_who_await_it() {
    let world = World::default();
    let mut graph = Graph::new();
    let pending = graph.add("pending", (), |()| never_ripe("pending"));
    let helper = graph.add("helper", pending.early(), |_: SeenThing| refused("helper"));
    graph.awaits(pending, helper);
    let outcome = run(&graph, &world, &Ledger::new()).await.unwrap();
    let causes: Vec<_> = outcome
        .problems
        .iter()
        .map(|problem| (problem.address.as_str(), problem.cause))
        .collect();
    assert_eq!(
        causes,
        [("pending", Cause::Blocked), ("helper", Cause::Failed)]
    );
    let given_up = outcome.timeline.last().unwrap();
    assert!(
        given_up.at >= Duration::from_secs(120),
        "patience comes first: {given_up:?}"
    );
    assert!(
        given_up.at < Duration::from_secs(200),
        "and ends: {given_up:?}"
    );
}

#[tokio::test]
async fn a_used_name_of_something_past_is_left_behind_for_the_next_generation() {
    let world = World::default();
    *world.spent_up_to.lock().unwrap() = 1;
    let graph = house([1, 1, 1], &["east"]);
    let outcome = run(&graph, &world, &Ledger::new()).await.unwrap();
    assert_eq!(outcome.problems, []);
    assert_eq!(outcome.ledger.get("base").unwrap().generation, 2);
}
