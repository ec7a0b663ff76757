//! The calls of a bridge's life, call by call: what a change adds or saves shows here.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "test code: a broken expectation ends the test"
)]

use std::path::Path;

use acceptance_suites::stage::Stage;
use acceptance_suites::terraform::{Applied, Terraform};
use aws_simulator::Simulator;
use serde_json::Value as Json;

/// The calls of each step. Written anew, for review, by a run with `UPDATE_SNAPSHOTS=1`.
const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/calls.txt");

/// The calls of an apply walk under a heading.
async fn applied(
    stage: &Stage,
    terraform: &mut Terraform,
    (heading, config): (&str, &Json),
) -> String {
    let planned = terraform.plan(config).await.unwrap();
    stage.simulator.clear_calls();
    assert_eq!(terraform.carry_out(planned, None).await.0, Applied::Done);
    section(stage, heading)
}

/// The calls since the last count under a heading, sorted: those made at once come in any order.
fn section(stage: &Stage, heading: &str) -> String {
    let mut calls = stage.calls();
    calls.sort_unstable();
    let count = calls.len();
    let lines: Vec<String> = calls.iter().map(|call| format!("  {call}")).collect();
    format!("{heading}: {count}\n{}\n", lines.join("\n"))
}

#[tokio::test(start_paused = true)]
async fn each_step_of_a_bridges_life_makes_these_calls_and_no_others() {
    let builder = Simulator::builder().seed(7).zero_waits(true);
    let stage = Stage::set(builder, false, false).await;
    let mut terraform = Terraform::new(&stage.simulator, Stage::provider_block());
    let one = stage.bridge(&[("analytics", 0)]);
    let two = stage.bridge(&[("analytics", 0), ("reports", 1)]);
    let mut seen = applied(&stage, &mut terraform, ("create", &one)).await;
    stage.simulator.clear_calls();
    terraform.refresh().await.unwrap();
    seen += &section(&stage, "refresh");
    for step in [
        ("add a consumer", &two),
        ("remove a consumer", &one),
        ("destroy", &Json::Null),
    ] {
        seen += &applied(&stage, &mut terraform, step).await;
    }
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(Path::new(SNAPSHOT), &seen).expect("the snapshot is written");
    }
    let expected = std::fs::read_to_string(SNAPSHOT).unwrap_or_default();
    assert_eq!(seen, expected);
}
