//! Keeping a graph in shape: rounds of look, judge and act until all is as wanted.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesUnordered, StreamExt};

use super::board::{Board, Event, Step};
use super::clock::Clock;
use super::component::{Freshness, Place, Sighting};
use super::failure::Failure;
use super::graph::Graph;
use super::run::{Cause, Outcome, Run};

/// Makes the world as the graph wants it.
///
/// # Flow
/// Every component whose needs are met is looked at, judged and acted on, all at once; whatever
/// ends starts the next decision for the components that it concerns. What is no longer wanted is
/// deleted in the opposite order.
///
/// # Guarantees
/// Every id is in the ledger the moment it is known. What is remembered as in place costs no look.
/// Nothing is deleted or replaced unless the guard agrees. Once told to stop, or out of time, no
/// step is started; acts under way are waited for, looks and rests are dropped.
///
/// # Assumptions
/// The ledger was true lately. Calls may fail, lie about the recent past and lose their answers,
/// but end.
pub async fn converge<W: Send + Sync + 'static>(
    graph: &Graph<W>,
    world: &W,
    clock: &dyn Clock,
    run: Run<'_>,
) -> Outcome {
    let started = clock.now();
    let mut board = Board::new(graph, run, started);
    let mut under_way: FuturesUnordered<BoxFuture<'_, Ended>> = FuturesUnordered::new();
    let mut acting = 0_usize;
    let cause = loop {
        let ending = ending(&board, clock.now().saturating_sub(started));
        match ending {
            Some(cause) if acting == 0 => break cause,
            Some(_) => {}
            None => {
                for (index, step) in board.due(clock.now()) {
                    acting += usize::from(step.is_act());
                    under_way.push(perform(&board, graph, world, index, step));
                }
            }
        }
        let rest = board.next_look();
        if under_way.is_empty() && rest.is_none() {
            break Cause::Blocked;
        }
        let mut stop = board.run().stop.clone();
        tokio::select! {
            biased;
            Some(ended) = under_way.next() => {
                acting -= usize::from(ended.act);
                board.take(ended.index, ended.event, clock.now());
            }
            () = alarm(&board, clock, started, rest), if ending.is_none() => {}
            _ = stop.wait_for(|stop| *stop), if ending.is_none() => {}
        }
    };
    drop(under_way);
    board.into_outcome(cause)
}

/// A step that has ended.
struct Ended {
    index: usize,
    act: bool,
    event: Event,
}

/// Why the run must end, if it must.
fn ending<W: Send + Sync + 'static>(board: &Board<'_, W>, spent: Duration) -> Option<Cause> {
    let run = board.run();
    if board.is_contested() {
        Some(Cause::Blocked)
    } else if *run.stop.borrow() {
        Some(Cause::Stopped)
    } else if spent >= run.time_limit + (run.excused)() {
        Some(Cause::TimedOut)
    } else {
        None
    }
}

/// Rings at the next look or at the time limit, whichever comes first.
async fn alarm<W: Send + Sync + 'static>(
    board: &Board<'_, W>,
    clock: &dyn Clock,
    started: Duration,
    rest: Option<Duration>,
) {
    let run = board.run();
    let limit = started + run.time_limit + (run.excused)();
    let until = rest.map_or(limit, |rest| rest.min(limit));
    clock.wait(until.saturating_sub(clock.now())).await;
}

fn perform<'a, W: Send + Sync + 'static>(
    board: &Board<'a, W>,
    graph: &'a Graph<W>,
    world: &'a W,
    index: usize,
    step: Step,
) -> BoxFuture<'a, Ended> {
    let (Some(node), Some(state)) = (graph.nodes.get(index), board.states.get(index)) else {
        let failure = Failure::never("a step for a component that is not in the graph");
        let event = Event::Failed(failure);
        return futures::future::ready(Ended {
            index,
            act: step.is_act(),
            event,
        })
        .boxed();
    };
    let (seens, guard) = (board.seens.clone(), board.run().guard);
    let (id, generation) = (state.id.clone(), board.generation_next(index));
    let polling = state.verified;
    async move {
        let act = step.is_act();
        let freshness = match step {
            Step::Look(freshness) => freshness,
            _ => Freshness::SinceLastChange,
        };
        let address = node.address.as_str();
        let place = Place {
            world,
            address,
            id: id.as_deref(),
            generation,
            freshness,
            polling,
            leaving: node.is_doomed(),
        };
        let view = node.view(&seens);
        let seen = seens.get(index).cloned().flatten();
        let event = match (step, seen) {
            (Step::Look(_), seen) => match node.logic.look(view, place, seen).await {
                // Nobody remembers that it was made, and nobody will ever see it from here.
                Err(Failure::Never(_)) if node.is_doomed() && id.is_none() => {
                    Ok(Event::Looked(Sighting::Absent))
                }
                look => look.map(Event::Looked),
            },
            (Step::Create, _) => {
                let made = node.logic.create(view, place).await;
                made.map(Event::Created)
            }
            (Step::Change(fields), Some(seen)) => node
                .logic
                .change(view, place, seen, fields)
                .await
                .map(Event::Changed),
            (Step::Delete, Some(seen)) => match guard.confirm().await {
                Ok(()) => node
                    .logic
                    .delete(view, place, seen)
                    .await
                    .map(Event::Deleted),
                Err(failure) => Err(failure),
            },
            (_, None) => Err(Failure::later("nothing was seen of it yet")),
        };
        Ended {
            index,
            act,
            event: event.unwrap_or_else(Event::Failed),
        }
    }
    .boxed()
}
