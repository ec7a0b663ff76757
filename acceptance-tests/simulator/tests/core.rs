//! The core through its face: identity, refusals, faults, journal, policies, time, state.

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

use std::time::Duration;

use aws_simulator::{Fault, FaultAction, Simulator, Verdict};
use bytes::Bytes;
use support::{CONSUMER, Client, OWNER, calm};

async fn post(simulator: &Simulator, path: &str, body: &str) -> u16 {
    let request = http::Request::post(format!("/_simulator/{path}"))
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    match simulator.handle(request).await {
        aws_simulator::Answer::Response(response) => response.status().as_u16(),
        aws_simulator::Answer::Dropped => 0,
    }
}

#[tokio::test]
async fn a_role_gives_credentials_of_its_account_until_they_expire() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    let role = format!("arn:aws:iam::{CONSUMER}:role/network");
    let parameters = [("RoleArn", role.as_str()), ("RoleSessionName", "test")];
    let said = owner
        .try_call("sts", "AssumeRole", &parameters)
        .await
        .unwrap();
    let mut assumed = Client::new(&simulator, CONSUMER);
    assumed.access_key = said.text("AccessKeyId");
    assert!(assumed.access_key.starts_with("ASIA") && assumed.access_key.ends_with(CONSUMER));
    assert_eq!(assumed.refused("DescribeVpcs", &[]).await, "AuthFailure");
    assumed.token = Some(said.text("SessionToken"));
    let identity = assumed
        .try_call("sts", "GetCallerIdentity", &[])
        .await
        .unwrap();
    assert_eq!(identity.text("Account"), CONSUMER);
    assert!(identity.text("Arn").ends_with(":assumed-role/network/test"));
    simulator.advance(Duration::from_secs(3600));
    let expired = assumed
        .try_call("sts", "GetCallerIdentity", &[])
        .await
        .unwrap();
    assert_eq!(
        (expired.status, expired.text("Code")),
        (403, "ExpiredToken".to_owned())
    );
    assert_eq!(assumed.refused("DescribeVpcs", &[]).await, "RequestExpired");
}

#[tokio::test]
async fn a_call_without_signature_is_refused_in_the_protocol_of_its_version() {
    let simulator = calm();
    let request = http::Request::post("/")
        .body(Bytes::from_static(
            b"Action=GetCallerIdentity&Version=2011-06-15",
        ))
        .unwrap();
    let aws_simulator::Answer::Response(response) = simulator.handle(request).await else {
        panic!("an answer");
    };
    assert_eq!(response.status(), 403);
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    assert!(body.starts_with("<ErrorResponse") && body.contains("MissingAuthenticationToken"));
}

#[tokio::test]
async fn unknown_operations_parameters_and_filters_are_refused_by_name() {
    let owner = Client::new(&calm(), OWNER);
    let said = owner.ec2("CreateFlowLogs", &[]).await;
    assert!(said.text("Code") == "InvalidAction" && said.says("CreateFlowLogs"));
    let said = owner
        .ec2(
            "CreateVpc",
            &[("CidrBlock", "10.0.0.0/16"), ("Colour", "red")],
        )
        .await;
    assert!(said.text("Code") == "UnknownParameter" && said.says("Colour"));
    let said = owner
        .ec2(
            "DescribeVpcs",
            &[("Filter.1.Name", "colour"), ("Filter.1.Value.1", "x")],
        )
        .await;
    assert!(said.text("Code") == "InvalidParameterValue" && said.says("The filter 'colour'"));
    let said = owner
        .ec2(
            "CreateVpc",
            &[("CidrBlock", "10.0.0.0/16"), ("DryRun", "true")],
        )
        .await;
    assert_eq!(
        (said.status, said.text("Code")),
        (412, "DryRunOperation".to_owned())
    );
    assert_eq!(owner.ok("DescribeVpcs", &[]).await.texts("vpcId").len(), 1);
}

#[tokio::test]
async fn accounts_and_regions_are_worlds_of_their_own() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    let id = owner
        .ok("CreateVpc", &[("CidrBlock", "10.0.0.0/16")])
        .await
        .text("vpcId");
    for stranger in [
        Client::new(&simulator, CONSUMER),
        owner.clone().in_region("ap-northeast-1"),
    ] {
        let code = stranger.refused("DescribeVpcs", &[("VpcId.1", &id)]).await;
        assert_eq!(code, "InvalidVpcID.NotFound");
        assert_eq!(
            stranger.ok("DescribeVpcs", &[]).await.text("isDefault"),
            "true"
        );
    }
    let opt_in = owner.in_region("ap-east-1");
    assert_eq!(opt_in.refused("DescribeVpcs", &[]).await, "OptInRequired");
    let settings = format!(r#"{{"account": "{OWNER}", "opt_in_regions": ["ap-east-1"]}}"#);
    assert_eq!(post(&simulator, "accounts", &settings).await, 200);
    opt_in.ok("DescribeVpcs", &[]).await;
}

#[tokio::test]
async fn faults_hit_the_call_they_name_and_the_journal_tells() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    let block = [("CidrBlock", "10.0.0.0/16")];
    for action in [
        r#""drop_before""#,
        r#""drop_after""#,
        r#"{"error": "VpcLimitExceeded"}"#,
    ] {
        let fault = format!(r#"{{"operation": "CreateVpc", "action": {action}}}"#);
        assert_eq!(post(&simulator, "faults", &fault).await, 200);
    }
    assert!(owner.try_call("ec2", "CreateVpc", &block).await.is_none());
    assert_eq!(owner.ok("DescribeVpcs", &[]).await.texts("vpcId").len(), 1);
    simulator.clear_faults();
    simulator.add_fault(Fault {
        operation: Some("CreateVpc".to_owned()),
        ..Fault::new(FaultAction::DropAfter)
    });
    assert!(owner.try_call("ec2", "CreateVpc", &block).await.is_none());
    assert_eq!(owner.ok("DescribeVpcs", &[]).await.texts("vpcId").len(), 2);
    let fault = r#"{"nth": "every", "action": "http_500"}"#;
    post(&simulator, "faults", fault).await;
    assert_eq!(owner.ec2("CreateVpc", &block).await.status, 500);
    let results: Vec<_> = simulator
        .calls()
        .into_iter()
        .filter(|call| call.operation == "CreateVpc")
        .map(|call| (call.result, call.lost))
        .collect();
    let expected = [("Dropped", false), ("OK", true), ("InternalError", false)];
    assert_eq!(
        results,
        expected.map(|(result, lost)| (result.to_owned(), lost))
    );
}

#[tokio::test(start_paused = true)]
async fn a_delayed_answer_comes_later_and_a_stalled_one_never() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    post(&simulator, "faults", r#"{"action": {"delay": 30}}"#).await;
    let start = tokio::time::Instant::now();
    owner.ok("DescribeVpcs", &[]).await;
    assert_eq!(start.elapsed(), Duration::from_secs(30));
    post(&simulator, "faults", r#"{"action": "stall"}"#).await;
    let stalled = owner.ec2("DescribeVpcs", &[]);
    assert!(
        tokio::time::timeout(Duration::from_secs(600), stalled)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_hook_judges_every_call_before_it_is_carried_out() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    simulator.on_call(|call| match call.operation.as_str() {
        "CreateVpc" => Verdict::Refuse("VpcLimitExceeded".to_owned()),
        "DescribeVpcs" => Verdict::Throttle,
        _ => Verdict::Pass,
    });
    let code = owner
        .refused("CreateVpc", &[("CidrBlock", "10.0.0.0/16")])
        .await;
    assert_eq!(code, "VpcLimitExceeded");
    let said = owner.ec2("DescribeVpcs", &[]).await;
    assert_eq!(
        (said.status, said.text("Code")),
        (503, "RequestLimitExceeded".to_owned())
    );
    simulator.clear_hook();
    owner.ok("DescribeVpcs", &[]).await;
}

#[tokio::test]
async fn a_policy_bounds_what_its_account_may_do() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    let policy = format!(
        r#"{{"account": "{OWNER}", "document": {{"Statement": [
            {{"Effect": "Allow", "Action": ["ec2:Describe*", "ec2:CreateVpc"], "Resource": "*"}}]}}}}"#
    );
    assert_eq!(post(&simulator, "policies", &policy).await, 200);
    owner.ok("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).await;
    let tagged = [
        ("CidrBlock", "10.0.0.0/16"),
        ("TagSpecification.1.ResourceType", "vpc"),
        ("TagSpecification.1.Tag.1.Key", "a"),
        ("TagSpecification.1.Tag.1.Value", "b"),
    ];
    let said = owner.ec2("CreateVpc", &tagged).await;
    assert!(
        said.status == 403 && said.says("ec2:CreateTags"),
        "{}",
        said.body
    );
    let role = ("RoleArn", "arn:aws:iam::222222222222:role/x");
    let said = owner
        .try_call("sts", "AssumeRole", &[role, ("RoleSessionName", "x1")])
        .await;
    assert_eq!(said.unwrap().text("Code"), "AccessDenied");
    let identity = owner
        .try_call("sts", "GetCallerIdentity", &[])
        .await
        .unwrap();
    assert_eq!(identity.status, 200);
}

#[tokio::test]
async fn a_run_repeats_from_its_seed_and_says_who_made_what() {
    let run = async |seed| {
        let simulator = Simulator::builder().seed(seed).lag(true).build().unwrap();
        let owner = Client::new(&simulator, OWNER);
        owner.ok("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).await;
        simulator.objects()
    };
    let objects = run(3).await;
    assert_eq!(objects, run(3).await);
    assert_ne!(objects, run(4).await);
    let vpcs: Vec<_> = objects
        .iter()
        .filter(|row| row.kind == "vpc")
        .map(|row| row.created_by.access_key.as_str())
        .collect();
    assert!(
        vpcs.contains(&"AKIA0000111111111111") && vpcs.contains(&"amazon"),
        "{vpcs:?}"
    );
}

#[tokio::test]
async fn a_world_survives_a_restart_in_its_state_file() {
    let file = std::env::temp_dir().join(format!("aws-simulator-{}.json", std::process::id()));
    let start = || {
        Simulator::builder()
            .state_file(file.clone())
            .build()
            .unwrap()
    };
    let simulator = start();
    let owner = Client::new(&simulator, OWNER);
    let id = owner
        .ok("CreateVpc", &[("CidrBlock", "10.0.0.0/16")])
        .await
        .text("vpcId");
    simulator.save().unwrap();
    let again = Client::new(&start(), OWNER);
    let said = again.ok("DescribeVpcs", &[("VpcId.1", &id)]).await;
    std::fs::remove_file(&file).unwrap();
    assert_eq!(said.text("cidrBlock"), "10.0.0.0/16");
    assert_eq!(again.ok("DescribeVpcs", &[]).await.texts("vpcId").len(), 2);
}

#[tokio::test]
async fn traffic_is_kept_as_it_was_on_the_wire() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    simulator.record_exchanges();
    let said = owner.ok("DescribeVpcs", &[]).await;
    let exchanges = simulator.take_exchanges();
    assert_eq!(exchanges.len(), 1);
    assert_eq!(exchanges[0].response_body, said.body.as_bytes());
    assert!(
        exchanges[0]
            .request_body
            .starts_with(b"Action=DescribeVpcs&")
    );
    assert_eq!(said.text("requestId"), said.request_id);
}
