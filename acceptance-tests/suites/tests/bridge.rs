//! One bridge through its life: what is called, what is made, what the plan says.

use std::path::Path;

use acceptance_suites::stage::{CONSUMER, OWNER, Stage, is_mutating};
use acceptance_suites::terraform::{Applied, Terraform};
use aws_simulator::Simulator;

async fn still_stage() -> Stage {
    Stage::set(Simulator::builder().seed(7).zero_waits(true), false, false).await
}

#[tokio::test(start_paused = true)]
async fn a_bridge_over_two_accounts_takes_at_most_32_calls_17_of_them_mutating() {
    let stage = still_stage().await;
    let mut terraform = Terraform::new(&stage.simulator, Stage::provider_block());
    let config = stage.bridge(&[("analytics", 0)]);
    let planned = terraform.plan(&config).await.unwrap();
    stage.simulator.clear_calls();
    let (applied, _) = terraform.carry_out(planned, None).await;
    assert_eq!(applied, Applied::Done);
    let calls = stage.calls();
    let mutating = calls.iter().filter(|call| is_mutating(call)).count();
    assert!(calls.len() <= 32, "{}: {calls:#?}", calls.len());
    assert!(mutating <= 17, "{mutating}: {calls:#?}");
    stage.simulator.clear_calls();
    assert!(terraform.plan(&config).await.unwrap().is_empty());
    let refresh = stage.calls();
    assert!(refresh.len() <= 14, "{}: {refresh:#?}", refresh.len());
    stage.simulator.clear_calls();
    assert_eq!(terraform.apply(&config, None).await, Applied::Done);
    let again = stage.calls();
    assert!(!again.iter().any(|call| is_mutating(call)), "{again:#?}");
}

#[tokio::test(start_paused = true)]
async fn in_aws_weather_a_bridge_connects_and_leaves_nothing_behind() {
    for seed in 0..4 {
        let builder = Simulator::builder().seed(seed);
        let stage = Stage::set(builder, true, true).await;
        stage.simulator.record_exchanges();
        let foreign = stage.foreign();
        let mut terraform = Terraform::new(&stage.simulator, Stage::provider_block());
        let config = stage.bridge(&[("analytics", 0), ("reports", 1)]);
        assert_eq!(
            terraform.apply(&config, None).await,
            Applied::Done,
            "seed {seed}"
        );
        assert!(
            terraform.plan(&config).await.unwrap().is_empty(),
            "seed {seed}"
        );
        assert!(!stage.made().is_empty());
        assert_eq!(terraform.destroy(None).await, Applied::Done, "seed {seed}");
        assert_eq!(stage.made(), vec![], "seed {seed}");
        stage.assert_untouched(&foreign);
        let name = format!("exchanges-bridge-{seed}.jsonl");
        stage.write_exchanges(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
    }
}

#[tokio::test(start_paused = true)]
async fn a_consumer_more_leaves_all_else_known_and_a_consumer_less_leaves_nothing_of_it() {
    let stage = still_stage().await;
    let mut terraform = Terraform::new(&stage.simulator, Stage::provider_block());
    let one = stage.bridge(&[("analytics", 0)]);
    assert_eq!(terraform.apply(&one, None).await, Applied::Done);
    let before = stage.counted();
    let two = stage.bridge(&[("analytics", 0), ("reports", 1)]);
    let planned = terraform.plan(&two).await.unwrap();
    let unknown: Vec<String> = planned
        .after
        .unknown_paths()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        unknown.iter().all(|path| path.contains("reports")),
        "{unknown:#?}"
    );
    assert_eq!(terraform.carry_out(planned, None).await.0, Applied::Done);
    assert_eq!(
        stage.counted()[&(CONSUMER.to_owned(), "vpc-endpoint".to_owned())],
        2
    );
    assert!(terraform.plan(&two).await.unwrap().is_empty());
    assert_eq!(terraform.apply(&one, None).await, Applied::Done);
    assert_eq!(stage.counted(), before);
    assert!(stage.counted().keys().any(|(account, _)| account == OWNER));
}
