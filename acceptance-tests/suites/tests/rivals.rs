//! Two states that want a bridge of one name at the same moment, and reads that fail.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code: a broken expectation ends the test"
)]

use acceptance_suites::stage::Stage;
use acceptance_suites::terraform::{Applied, Terraform};
use aws_simulator::{Simulator, Verdict};

/// What the provider made that lasts, by id.
fn lasting(stage: &Stage) -> Vec<String> {
    let mut ids: Vec<String> = stage
        .made()
        .into_iter()
        .filter(|row| row.kind != "network-interface")
        .map(|row| row.id)
        .collect();
    ids.sort_unstable();
    ids
}

#[tokio::test(start_paused = true)]
async fn of_two_creates_at_once_at_most_one_ends_well_and_the_other_touches_nothing_of_it() {
    for seed in 0..12 {
        let stage = Stage::set(Simulator::builder().seed(seed), true, false).await;
        let foreign = stage.foreign();
        let mut one = Terraform::new(&stage.simulator, Stage::provider_block());
        let mut two = Terraform::new(&stage.simulator, Stage::provider_block());
        let config = stage.bridge(&[("analytics", 0)]);
        let ended = futures::join!(one.apply(&config, None), two.apply(&config, None));
        let (winner, loser, said) = match ended {
            (Applied::Done, Applied::Failed(said)) => (&mut one, &mut two, said),
            (Applied::Failed(said), Applied::Done) => (&mut two, &mut one, said),
            both => panic!("seed {seed}: {both:?}"),
        };
        let told = said
            .iter()
            .any(|line| line.contains("taken over") || line.contains("exists already"));
        assert!(told, "seed {seed}: {said:#?}");
        let before = lasting(&stage);
        assert_eq!(loser.destroy(None).await, Applied::Done, "seed {seed}");
        assert_eq!(lasting(&stage), before, "seed {seed}");
        assert!(
            winner.plan(&config).await.unwrap().is_empty(),
            "seed {seed}"
        );
        assert_eq!(winner.destroy(None).await, Applied::Done, "seed {seed}");
        assert_eq!(stage.made(), vec![], "seed {seed}");
        stage.assert_untouched(&foreign);
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_is_an_error_and_never_an_absence() {
    let stage = Stage::set(Simulator::builder().seed(7), false, false).await;
    let mut terraform = Terraform::new(&stage.simulator, Stage::provider_block());
    let config = stage.bridge(&[("analytics", 0)]);
    assert_eq!(terraform.apply(&config, None).await, Applied::Done);
    stage.simulator.clear_calls();
    terraform.refresh().await.unwrap();
    let state = terraform.state.clone();
    let reads = stage.simulator.calls();
    assert!(reads.len() > 10, "{reads:#?}");
    for read in reads {
        let (operation, account) = (read.operation.clone(), read.account.clone());
        let elb = read.service != "ec2";
        stage.simulator.on_call(move |call| {
            if call.operation != operation || call.account != account {
                return Verdict::Pass;
            }
            let code = if elb {
                "AccessDenied"
            } else {
                "UnauthorizedOperation"
            };
            Verdict::Refuse(code.to_owned())
        });
        let said = terraform.refresh().await.expect_err(&read.operation);
        let named = said
            .errors
            .iter()
            .all(|line| line.contains(&read.operation));
        assert!(named, "{}: {:#?}", read.operation, said.errors);
        assert_eq!(terraform.state, state, "{}", read.operation);
        stage.simulator.clear_hook();
    }
    assert!(terraform.plan(&config).await.unwrap().is_empty());
}
