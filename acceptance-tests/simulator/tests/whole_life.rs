//! A connection from birth to death, under every reading of every doubt and in AWS's worst weather:
//! a patient client always gets through, and nothing is left behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub,
    reason = "a test that panics fails, and each test binary uses its own part of the client"
)]

mod support;

use std::collections::BTreeSet;

use aws_simulator::{DOUBTS, Simulator};
use support::stage::{Service, Stage};
use support::{CONSUMER, Client, Said, pass};

/// Repeats a call every five seconds until it succeeds and its answer pleases.
async fn until(
    client: &Client,
    action: &str,
    parameters: &[(&str, &str)],
    pleases: impl Fn(&Said) -> bool,
) -> Said {
    let mut last = String::new();
    for _ in 0..300 {
        let said = client.ec2(action, parameters).await;
        if said.status == 200 && pleases(&said) {
            return said;
        }
        last = said.body;
        pass(5).await;
    }
    panic!("{action} never got there: {last}");
}

async fn patient(client: &Client, action: &str, parameters: &[(&str, &str)]) -> Said {
    until(client, action, parameters, |_| true).await
}

fn ids(simulator: &Simulator) -> BTreeSet<String> {
    simulator.objects().into_iter().map(|row| row.id).collect()
}

async fn born(stage: &Stage) -> (Service, String) {
    let create = [
        ("NetworkLoadBalancerArn.1", stage.balancer.as_str()),
        ("ClientToken", "service"),
    ];
    let said = patient(
        &stage.owner,
        "CreateVpcEndpointServiceConfiguration",
        &create,
    )
    .await;
    let service = Service {
        id: said.text("serviceId"),
        name: said.text("serviceName"),
    };
    let permit = [
        ("ServiceId", service.id.as_str()),
        ("AddAllowedPrincipals.1", CONSUMER),
    ];
    patient(&stage.owner, "ModifyVpcEndpointServicePermissions", &permit).await;
    let mut create = stage.endpoint(&service);
    create.push(("ClientToken", "endpoint"));
    let said = patient(&stage.consumer, "CreateVpcEndpoint", &create).await;
    let endpoint = said.text("vpcEndpointId");
    let accept = [
        ("ServiceId", service.id.as_str()),
        ("VpcEndpointId.1", endpoint.as_str()),
    ];
    let accepted = |said: &Said| said.texts("code").is_empty();
    until(
        &stage.owner,
        "AcceptVpcEndpointConnections",
        &accept,
        accepted,
    )
    .await;
    (service, endpoint)
}

fn state_is(state: &'static str) -> impl Fn(&Said) -> bool {
    move |said| {
        said.texts("state")
            .iter()
            .any(|found| found.eq_ignore_ascii_case(state))
    }
}

/// Makes a connection, changes it, and takes everything down again.
async fn life(stage: &Stage) {
    let simulator = &stage.owner.simulator;
    let before = ids(simulator);
    let (service, endpoint) = born(stage).await;
    let consumer = &stage.consumer;
    let by_id = [("VpcEndpointId.1", endpoint.as_str())];
    until(
        consumer,
        "DescribeVpcEndpoints",
        &by_id,
        state_is("available"),
    )
    .await;
    let add = [
        ("VpcEndpointId", endpoint.as_str()),
        ("AddSubnetId.1", &stage.network.subnet_ids[1]),
    ];
    patient(consumer, "ModifyVpcEndpoint", &add).await;
    let shown = until(consumer, "DescribeVpcEndpoints", &by_id, |said| {
        state_is("available")(said) && said.says(&stage.network.subnet_ids[1])
    })
    .await;
    assert!(
        shown.body.matches("<item>eni-").count() == 2,
        "{}",
        shown.body
    );

    patient(consumer, "DeleteVpcEndpoints", &by_id).await;
    let filter = [
        ("Filter.1.Name", "vpc-endpoint-id"),
        ("Filter.1.Value.1", endpoint.as_str()),
    ];
    let gone = |said: &Said| {
        said.texts("state")
            .iter()
            .all(|state| state.eq_ignore_ascii_case("deleted"))
    };
    until(consumer, "DescribeVpcEndpoints", &filter, gone).await;
    let delete = [("ServiceId.1", service.id.as_str())];
    let done = |said: &Said| {
        said.texts("code")
            .iter()
            .all(|code| code.ends_with(".NotFound"))
    };
    until(
        &stage.owner,
        "DeleteVpcEndpointServiceConfigurations",
        &delete,
        done,
    )
    .await;
    pass(400).await;
    assert_eq!(ids(simulator), before, "nothing is left behind");
}

#[tokio::test(start_paused = true)]
async fn a_connection_lives_and_dies_under_every_reading_of_every_doubt() {
    for doubt in DOUBTS {
        for reading in doubt.readings {
            let builder = Simulator::builder()
                .seed(1)
                .doubt(doubt.name, reading)
                .unwrap();
            let stage = Stage::new(&builder.build().unwrap()).await;
            life(&stage).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_lives_and_dies_in_lag_and_throttles_with_doubts_drawn_at_random() {
    for seed in 0..20 {
        let builder = Simulator::builder().seed(seed).doubts_from_seed(seed);
        let simulator = builder.build().unwrap();
        let stage = Stage::new(&simulator).await;
        simulator.set_lag(true);
        simulator.set_throttle(true);
        life(&stage).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_load_balancer_is_held_for_a_while_after_its_service_is_gone() {
    for (reading, longest_s) in [("a-minute", 60), ("not-at-all", 0), ("five-minutes", 300)] {
        let builder = Simulator::builder()
            .doubt("balancer-held-after-service", reading)
            .unwrap();
        let stage = Stage::new(&builder.build().unwrap()).await;
        let service = stage.bare_service(true).await;
        let arn = [("LoadBalancerArn", stage.balancer.as_str())];
        let delete = async || {
            let elb = "elasticloadbalancing";
            stage
                .owner
                .try_call(elb, "DeleteLoadBalancer", &arn)
                .await
                .unwrap()
        };
        let said = delete().await;
        assert_eq!(said.text("Code"), "ResourceInUse");
        assert!(
            said.says("associated with another service"),
            "{}",
            said.body
        );
        let id = [("ServiceId.1", service.id.as_str())];
        stage
            .owner
            .ok("DeleteVpcEndpointServiceConfigurations", &id)
            .await;
        pass(25).await;
        let mut held_s = 0;
        while delete().await.status != 200 {
            held_s += 1;
            pass(1).await;
        }
        assert!(held_s <= longest_s, "{reading}: {held_s} s");
        assert_eq!(held_s > 0, longest_s > 0, "{reading}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_goes_on_where_it_was_after_a_restart() {
    let file = std::env::temp_dir().join(format!("aws-simulator-life-{}.json", std::process::id()));
    let start = || {
        Simulator::builder()
            .seed(1)
            .state_file(file.clone())
            .build()
            .unwrap()
    };
    let stage = Stage::new(&start()).await;
    let (service, endpoint) = born(&stage).await;
    stage.owner.simulator.save().unwrap();
    let simulator = start();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(simulator.objects(), stage.owner.simulator.objects());
    let consumer = Client::new(&simulator, CONSUMER);
    let by_id = [("VpcEndpointId.1", endpoint.as_str())];
    assert_eq!(
        consumer
            .ok("DescribeVpcEndpoints", &by_id)
            .await
            .text("state"),
        "pending"
    );
    pass(200).await;
    assert_eq!(
        consumer
            .ok("DescribeVpcEndpoints", &by_id)
            .await
            .text("state"),
        "available"
    );
    let mut again = stage.endpoint(&service);
    again.push(("ClientToken", "endpoint"));
    let said = consumer.ok("CreateVpcEndpoint", &again).await;
    assert_eq!(
        said.text("vpcEndpointId"),
        endpoint,
        "spent tokens are remembered"
    );
}
