//! The rules of networks, security groups, lag and limits, by the numbers of the project's list of rules.

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

use aws_simulator::Simulator;
use support::stage::network;
use support::{CONSUMER, Client, OWNER, calm, pass};

async fn group(client: &Client, vpc_id: &str, name: &str) -> String {
    let parameters = [
        ("GroupName", name),
        ("GroupDescription", name),
        ("VpcId", vpc_id),
    ];
    client
        .ok("CreateSecurityGroup", &parameters)
        .await
        .text("groupId")
}

async fn vpc(client: &Client) -> String {
    client
        .ok("CreateVpc", &[("CidrBlock", "10.0.0.0/16")])
        .await
        .text("vpcId")
}

/// The parameters of one TCP permission.
fn tcp<'a>(group: &'a str, port: &'a str, cidrs: &[&'a str]) -> Vec<(String, String)> {
    let mut parameters = vec![
        ("GroupId".to_owned(), group.to_owned()),
        ("IpPermissions.1.IpProtocol".to_owned(), "tcp".to_owned()),
        ("IpPermissions.1.FromPort".to_owned(), port.to_owned()),
        ("IpPermissions.1.ToPort".to_owned(), port.to_owned()),
    ];
    for (number, cidr) in cidrs.iter().enumerate() {
        let name = format!("IpPermissions.1.IpRanges.{}.CidrIp", number + 1);
        parameters.push((name, (*cidr).to_owned()));
    }
    parameters
}

fn borrowed(parameters: &[(String, String)]) -> Vec<(&str, &str)> {
    parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[tokio::test]
async fn rule_11_a_group_made_twice_is_a_duplicate_of_its_vpc_whatever_the_letter_case() {
    let owner = Client::new(&calm(), OWNER);
    let vpc_id = vpc(&owner).await;
    group(&owner, &vpc_id, "nlb").await;
    let parameters = [
        ("GroupName", "NLB"),
        ("GroupDescription", "again"),
        ("VpcId", vpc_id.as_str()),
    ];
    let said = owner.ec2("CreateSecurityGroup", &parameters).await;
    let text = format!("The security group 'NLB' already exists for VPC '{vpc_id}'");
    assert!(
        said.text("Code") == "InvalidGroup.Duplicate" && said.says(&text),
        "{}",
        said.body
    );
    let other = owner
        .ok("CreateVpc", &[("CidrBlock", "10.9.0.0/16")])
        .await
        .text("vpcId");
    group(&owner, &other, "nlb").await;
}

#[tokio::test(start_paused = true)]
async fn rule_12_reads_lag_behind_creates_changes_and_deletes() {
    let simulator = Simulator::builder().seed(5).build().unwrap();
    let owner = Client::new(&simulator, OWNER);
    let vpc_id = vpc(&owner).await;
    simulator.set_lag(true);
    let mut unknown = 0;
    let mut unlisted = 0;
    let mut old = 0;
    let mut still = 0;
    for number in 0..12 {
        let name = format!("group-{number}");
        let id = group(&owner, &vpc_id, &name).await;
        let by_id = [("GroupId.1", id.as_str())];
        let by_name = [
            ("Filter.1.Name", "group-name"),
            ("Filter.1.Value.1", name.as_str()),
        ];
        let describe = "DescribeSecurityGroups";
        unknown += usize::from(owner.ec2(describe, &by_id).await.status != 200);
        unlisted += usize::from(
            owner
                .ok(describe, &by_name)
                .await
                .texts("groupId")
                .is_empty(),
        );
        pass(10).await;
        owner.ok(describe, &by_id).await;
        let tag = [
            ("ResourceId.1", id.as_str()),
            ("Tag.1.Key", "a"),
            ("Tag.1.Value", "b"),
        ];
        owner.ok("CreateTags", &tag).await;
        let tags = [
            ("Filter.1.Name", "resource-id"),
            ("Filter.1.Value.1", id.as_str()),
        ];
        old += usize::from(
            owner
                .ok("DescribeTags", &tags)
                .await
                .texts("value")
                .is_empty(),
        );
        pass(10).await;
        assert_eq!(owner.ok("DescribeTags", &tags).await.texts("value"), ["b"]);
        owner.ok("DeleteSecurityGroup", &[("GroupId", &id)]).await;
        still += usize::from(owner.ec2(describe, &by_id).await.status == 200);
        pass(10).await;
        assert_eq!(
            owner.refused(describe, &by_id).await,
            "InvalidGroup.NotFound"
        );
    }
    assert!(
        unknown > 0 && unlisted > 0 && old > 0 && still > 0,
        "{unknown} {unlisted} {old} {still}"
    );
}

#[tokio::test(start_paused = true)]
async fn rule_12_a_fresh_group_may_be_unknown_to_the_call_that_uses_it() {
    let simulator = Simulator::builder().seed(2).build().unwrap();
    let owner = Client::new(&simulator, OWNER);
    let vpc_id = vpc(&owner).await;
    simulator.set_lag(true);
    let mut unknown = 0;
    for number in 0..8 {
        let id = group(&owner, &vpc_id, &format!("group-{number}")).await;
        let parameters = tcp(&id, "443", &["10.0.0.0/16"]);
        let ingress = "AuthorizeSecurityGroupIngress";
        let said = owner.ec2(ingress, &borrowed(&parameters)).await;
        if said.status != 200 {
            assert_eq!(said.text("Code"), "InvalidGroup.NotFound");
            unknown += 1;
            pass(10).await;
            owner.ok(ingress, &borrowed(&parameters)).await;
        }
    }
    assert!((1..8).contains(&unknown), "{unknown}");
}

#[tokio::test]
async fn rule_13_a_new_group_lets_everything_out_and_permissions_come_all_or_none() {
    let owner = Client::new(&calm(), OWNER);
    let vpc_id = vpc(&owner).await;
    let id = group(&owner, &vpc_id, "db").await;
    let described = async || {
        owner
            .ok("DescribeSecurityGroups", &[("GroupId.1", &id)])
            .await
    };
    let fresh = described().await;
    assert_eq!(fresh.texts("cidrIp"), ["0.0.0.0/0"]);
    assert_eq!(fresh.texts("ipProtocol"), ["-1"]);
    let ingress = "AuthorizeSecurityGroupIngress";
    let both = tcp(&id, "5432", &["10.0.1.7/16", "10.2.0.0/16"]);
    let said = owner.ok(ingress, &borrowed(&both)).await;
    assert_eq!(
        said.texts("cidrIpv4"),
        ["10.0.0.0/16", "10.2.0.0/16"],
        "one rule per range"
    );
    assert_eq!(
        described().await.texts("fromPort"),
        ["5432"],
        "merged per port"
    );
    let partly = tcp(&id, "5432", &["10.3.0.0/16", "10.2.0.0/16"]);
    let said = owner.ec2(ingress, &borrowed(&partly)).await;
    let text = "the specified rule \"peer: 10.2.0.0/16, TCP, from port: 5432, to port: 5432, ALLOW\" \
                already exists";
    assert!(
        said.text("Code") == "InvalidPermission.Duplicate" && said.says(text),
        "{}",
        said.body
    );
    assert_eq!(
        described().await.texts("cidrIp").len(),
        3,
        "nothing was added"
    );
}

#[tokio::test]
async fn rule_13_groups_reach_no_further_than_their_vpc() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    let vpc_id = vpc(&owner).await;
    let id = group(&owner, &vpc_id, "db").await;
    let other = owner
        .ok("CreateVpc", &[("CidrBlock", "10.9.0.0/16")])
        .await
        .text("vpcId");
    let far = group(&owner, &other, "far").await;
    let consumer = Client::new(&simulator, CONSUMER);
    let foreign = group(&consumer, &vpc(&consumer).await, "foreign").await;
    let near = group(&owner, &vpc_id, "near").await;
    let reference = |peer: &str| {
        let mut parameters = tcp(&id, "443", &[]);
        parameters.push((
            "IpPermissions.1.Groups.1.GroupId".to_owned(),
            peer.to_owned(),
        ));
        parameters
    };
    let ingress = "AuthorizeSecurityGroupIngress";
    for peer in [&far, &foreign] {
        let code = owner.refused(ingress, &borrowed(&reference(peer))).await;
        assert_eq!(code, "InvalidGroup.NotFound");
    }
    owner.ok(ingress, &borrowed(&reference(&near))).await;
    let code = owner
        .refused("DeleteSecurityGroup", &[("GroupId", &near)])
        .await;
    assert_eq!(code, "DependencyViolation", "another group names it");
    owner.ok("DeleteSecurityGroup", &[("GroupId", &id)]).await;
    owner.ok("DeleteSecurityGroup", &[("GroupId", &near)]).await;
}

#[tokio::test]
async fn rule_13_a_revoke_that_matches_not_all_revokes_nothing_save_in_the_default_vpc() {
    let owner = Client::new(&calm(), OWNER);
    let vpc_id = vpc(&owner).await;
    let id = group(&owner, &vpc_id, "db").await;
    owner
        .ok(
            "AuthorizeSecurityGroupIngress",
            &borrowed(&tcp(&id, "1", &["10.0.0.0/16"])),
        )
        .await;
    let revoke = "RevokeSecurityGroupIngress";
    let partly = tcp(&id, "1", &["10.0.0.0/16", "10.5.0.0/16"]);
    let code = owner.refused(revoke, &borrowed(&partly)).await;
    assert_eq!(code, "InvalidPermission.NotFound");
    let rules = [
        ("Filter.1.Name", "group-id"),
        ("Filter.1.Value.1", id.as_str()),
    ];
    let said = owner.ok("DescribeSecurityGroupRules", &rules).await;
    assert_eq!(said.texts("securityGroupRuleId").len(), 2);
    let ids = said.texts("securityGroupRuleId");
    let by_id = [
        ("GroupId", id.as_str()),
        ("SecurityGroupRuleId.1", ids[0].as_str()),
    ];
    let egress = said.texts("isEgress")[0] == "true";
    let action = if egress {
        "RevokeSecurityGroupEgress"
    } else {
        revoke
    };
    let said = owner.ok(action, &by_id).await;
    assert_eq!(said.text("securityGroupRuleId"), ids[0]);

    let default = owner
        .ok("DescribeSecurityGroups", &[("GroupName.1", "default")])
        .await;
    let id = default.text("groupId");
    let said = owner
        .ok(revoke, &borrowed(&tcp(&id, "1", &["10.5.0.0/16"])))
        .await;
    assert!(said.says("<unknownIpPermissionSet><item>"), "{}", said.body);
    let code = owner
        .refused("DeleteSecurityGroup", &[("GroupId", &id)])
        .await;
    assert_eq!(code, "CannotDelete");
}

#[tokio::test]
async fn rules_are_replaced_in_place_under_their_id() {
    let owner = Client::new(&calm(), OWNER);
    let id = group(&owner, &vpc(&owner).await, "db").await;
    let parameters = tcp(&id, "443", &["10.0.0.0/16"]);
    let said = owner
        .ok("AuthorizeSecurityGroupIngress", &borrowed(&parameters))
        .await;
    let rule = said.text("securityGroupRuleId");
    let update = [
        ("GroupId", id.as_str()),
        ("SecurityGroupRule.1.SecurityGroupRuleId", &rule),
        ("SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "tcp"),
        ("SecurityGroupRule.1.SecurityGroupRule.FromPort", "8443"),
        ("SecurityGroupRule.1.SecurityGroupRule.ToPort", "8443"),
        (
            "SecurityGroupRule.1.SecurityGroupRule.CidrIpv4",
            "10.1.0.0/16",
        ),
    ];
    owner.ok("ModifySecurityGroupRules", &update).await;
    let by_id = [("SecurityGroupRuleId.1", rule.as_str())];
    let said = owner.ok("DescribeSecurityGroupRules", &by_id).await;
    assert_eq!(
        (said.text("fromPort"), said.text("cidrIpv4")),
        ("8443".into(), "10.1.0.0/16".into())
    );
    assert!(
        said.text("securityGroupRuleArn")
            .ends_with(&format!("security-group-rule/{rule}"))
    );
}

#[tokio::test(start_paused = true)]
async fn rule_22_each_action_has_a_bucket_of_its_own_and_a_throttled_call_does_nothing() {
    let simulator = Simulator::builder().seed(1).throttle(true).build().unwrap();
    let owner = Client::new(&simulator, OWNER);
    let create = ("VpcEndpointId.1", "vpce-00000000000000000");
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(owner.ec2("DeleteVpcEndpoints", &[create]).await.status);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 503]);
    assert_eq!(
        simulator.calls().last().unwrap().result,
        "RequestLimitExceeded"
    );
    assert_eq!(simulator.calls().len(), 5, "a throttled call counts");
    let modify = [("VpcEndpointId", "vpce-00000000000000000")];
    assert_eq!(owner.ec2("ModifyVpcEndpoint", &modify).await.status, 400);
    let far = owner.clone().in_region("eu-west-1");
    assert_eq!(far.ec2("DeleteVpcEndpoints", &[create]).await.status, 200);
    pass(4).await;
    assert_eq!(owner.ec2("DeleteVpcEndpoints", &[create]).await.status, 200);
    assert_eq!(owner.ec2("DeleteVpcEndpoints", &[create]).await.status, 503);

    let mut passed = 0;
    while owner.ec2("DescribeSecurityGroups", &[]).await.status == 200 {
        passed += 1;
    }
    assert_eq!(passed, 50, "neither filtered nor paged");
    assert_eq!(
        owner
            .ec2("DescribeSecurityGroups", &[("MaxResults", "5")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn every_vpc_begins_as_at_aws_and_lets_go_of_its_own_things_only() {
    let owner = Client::new(&calm(), OWNER);
    let made = network(&owner, "10.4", &["use1-az2"]).await;
    let by_vpc = [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", made.vpc_id.as_str()),
    ];
    let said = owner.ok("DescribeSecurityGroups", &by_vpc).await;
    assert_eq!(said.texts("groupName"), ["default"]);
    let attribute = |name| [("VpcId", made.vpc_id.as_str()), ("Attribute", name)];
    let said = owner
        .ok("DescribeVpcAttribute", &attribute("enableDnsHostnames"))
        .await;
    assert_eq!(said.text("value"), "false");
    let said = owner
        .ok("DescribeVpcAttribute", &attribute("enableDnsSupport"))
        .await;
    assert_eq!(said.text("value"), "true");
    let vpc = ("VpcId", made.vpc_id.as_str());
    assert_eq!(
        owner.refused("DeleteVpc", &[vpc]).await,
        "DependencyViolation"
    );
    owner
        .ok("DeleteSubnet", &[("SubnetId", &made.subnet_ids[0])])
        .await;
    let gateway = owner
        .ok("CreateInternetGateway", &[])
        .await
        .text("internetGatewayId");
    let gateway = ("InternetGatewayId", gateway.as_str());
    owner.ok("AttachInternetGateway", &[gateway, vpc]).await;
    assert_eq!(
        owner.refused("DeleteInternetGateway", &[gateway]).await,
        "DependencyViolation"
    );
    assert_eq!(
        owner.refused("DeleteVpc", &[vpc]).await,
        "DependencyViolation"
    );
    owner.ok("DetachInternetGateway", &[gateway, vpc]).await;
    owner.ok("DeleteInternetGateway", &[gateway]).await;
    owner.ok("DeleteVpc", &[vpc]).await;
    assert!(
        owner
            .ok("DescribeSecurityGroups", &by_vpc)
            .await
            .texts("groupId")
            .is_empty()
    );
}

#[tokio::test]
async fn subnets_keep_to_their_vpc_and_to_zones_that_take_them() {
    let owner = Client::new(&calm(), OWNER).in_region("ap-northeast-1");
    let vpc_id = vpc(&owner).await;
    let create = async |block: &str, zone: &str| {
        let parameters = [
            ("VpcId", vpc_id.as_str()),
            ("CidrBlock", block),
            ("AvailabilityZoneId", zone),
        ];
        let said = owner.ec2("CreateSubnet", &parameters).await;
        if said.status == 200 {
            said.text("availableIpAddressCount")
        } else {
            said.text("Code")
        }
    };
    assert_eq!(create("10.0.0.0/28", "apne1-az1").await, "11");
    assert_eq!(
        create("10.0.0.0/24", "apne1-az1").await,
        "InvalidSubnet.Conflict"
    );
    assert_eq!(
        create("10.1.0.0/24", "apne1-az1").await,
        "InvalidSubnet.Range"
    );
    assert_eq!(
        create("10.0.9.0/24", "apne1-az3").await,
        "InvalidParameterValue"
    );
    let said = owner.ok("DescribeAvailabilityZones", &[]).await;
    let mut ids = said.texts("zoneId");
    ids.sort();
    assert_eq!(ids, ["apne1-az1", "apne1-az2", "apne1-az4"]);
}

#[tokio::test]
async fn tags_are_set_overwritten_removed_and_found() {
    let owner = Client::new(&calm(), OWNER);
    let vpc_id = vpc(&owner).await;
    let resource = ("ResourceId.1", vpc_id.as_str());
    let tag = |key, value| [resource, ("Tag.1.Key", key), ("Tag.1.Value", value)];
    owner.ok("CreateTags", &tag("team", "net")).await;
    owner.ok("CreateTags", &tag("team", "platform")).await;
    let filter = [("Filter.1.Name", "tag:team"), ("Filter.1.Value.1", "plat*")];
    assert_eq!(
        owner.ok("DescribeVpcs", &filter).await.texts("vpcId"),
        [vpc_id.as_str()]
    );
    owner.ok("DeleteTags", &tag("team", "net")).await;
    let said = owner.ok("DescribeTags", &[]).await;
    assert_eq!(
        (said.text("resourceType"), said.text("value")),
        ("vpc".into(), "platform".into())
    );
    owner
        .ok("DeleteTags", &[resource, ("Tag.1.Key", "team")])
        .await;
    assert!(owner.ok("DescribeTags", &[]).await.texts("key").is_empty());
    let said = owner.ec2("CreateTags", &tag("aws:x", "y")).await;
    assert!(said.says("Tag keys starting with 'aws:' are reserved for internal use"));
}

#[tokio::test]
async fn lists_come_in_pages_without_gap_or_overlap() {
    let owner = Client::new(&calm(), OWNER);
    let vpc_id = vpc(&owner).await;
    for number in 0..11 {
        group(&owner, &vpc_id, &format!("g-{number}")).await;
    }
    let mut ids = Vec::new();
    let mut token = String::new();
    loop {
        let said = owner
            .ok(
                "DescribeSecurityGroups",
                &[("MaxResults", "5"), ("NextToken", &token)],
            )
            .await;
        ids.extend(said.texts("securityGroupArn"));
        match said.texts("nextToken").first() {
            Some(next) => next.clone_into(&mut token),
            None => break,
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!((all, ids.len()), (13, 13));
    let code = owner
        .refused("DescribeSecurityGroups", &[("MaxResults", "4")])
        .await;
    assert_eq!(code, "InvalidParameterValue");
}

#[tokio::test(start_paused = true)]
async fn the_clock_can_be_moved() {
    let simulator = calm();
    let before = simulator.now();
    simulator.advance(Duration::from_secs(90));
    assert_eq!(simulator.now().ms_since(before), 90_000);
}

#[tokio::test]
async fn what_cannot_be_an_id_is_malformed_and_not_merely_absent() {
    let owner = Client::new(&calm(), OWNER);
    for (action, parameter, codes) in [
        (
            "DescribeVpcs",
            "VpcId.1",
            ["InvalidVpcID.Malformed", "InvalidVpcID.NotFound"],
        ),
        (
            "DescribeSubnets",
            "SubnetId.1",
            ["InvalidSubnetId.Malformed", "InvalidSubnetID.NotFound"],
        ),
        (
            "DescribeSecurityGroups",
            "GroupId.1",
            ["InvalidGroupId.Malformed", "InvalidGroup.NotFound"],
        ),
    ] {
        let prefix = match parameter {
            "VpcId.1" => "vpc",
            "SubnetId.1" => "subnet",
            _ => "sg",
        };
        assert_eq!(
            owner.refused(action, &[(parameter, "Strange")]).await,
            codes[0]
        );
        let absent = format!("{prefix}-00000000000000000");
        assert_eq!(
            owner.refused(action, &[(parameter, &absent)]).await,
            codes[1]
        );
    }
}
