//! Properties of every operation of every service, under requests that make little sense.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;

use crate::random::Random;
use crate::{Answer, SERVICES, Simulator};

/// Names of parameters, with their list forms in both protocols.
const NAMES: &[&str] = &[
    "VpcId",
    "VpcId.1",
    "CidrBlock",
    "SubnetId",
    "SubnetId.1",
    "AvailabilityZone",
    "GroupId",
    "GroupId.1",
    "GroupName",
    "GroupDescription",
    "SecurityGroupId.1",
    "SecurityGroupRuleId.1",
    "IpPermissions.1.IpProtocol",
    "IpPermissions.1.FromPort",
    "IpPermissions.1.ToPort",
    "IpPermissions.1.IpRanges.1.CidrIp",
    "IpPermissions.1.Groups.1.GroupId",
    "InternetGatewayId",
    "ServiceId",
    "ServiceId.1",
    "ServiceName",
    "VpcEndpointType",
    "VpcEndpointId",
    "VpcEndpointId.1",
    "AddSubnetId.1",
    "NetworkLoadBalancerArn.1",
    "PrivateDnsName",
    "PrivateDnsEnabled",
    "AcceptanceRequired",
    "ClientToken",
    "AddAllowedPrincipals.1",
    "TagSpecification.1.ResourceType",
    "TagSpecification.1.Tag.1.Key",
    "ResourceId.1",
    "Tag.1.Key",
    "Filter.1.Name",
    "Filter.1.Value.1",
    "MaxResults",
    "NextToken",
    "EnableDnsSupport.Value",
    "Attribute",
    "Name",
    "Type",
    "Scheme",
    "Subnets.member.1",
    "Subnets.member.2",
    "SecurityGroups.member.1",
    "LoadBalancerArn",
    "LoadBalancerArns.member.1",
    "TargetGroupArn",
    "TargetGroupArns.member.1",
    "ListenerArn",
    "Protocol",
    "Port",
    "TargetType",
    "Targets.member.1.Id",
    "Targets.member.1.Port",
    "DefaultActions.member.1.Type",
    "DefaultActions.member.1.TargetGroupArn",
    "ResourceArns.member.1",
    "Tags.member.1.Key",
    "TagKeys.member.1",
    "Attributes.member.1.Key",
    "Attributes.member.1.Value",
    "PageSize",
    "Marker",
    "RoleArn",
    "RoleSessionName",
    "DurationSeconds",
    "AmazonProvidedIpv6CidrBlock",
    "Ipv6CidrBlock",
    "Ipv6Native",
    "AssociationId",
    "IpAddressType",
    "DnsOptions.DnsRecordIpType",
    "SubnetConfiguration.1.SubnetId",
    "SubnetConfiguration.1.Ipv4",
    "SubnetConfiguration.2.SubnetId",
    "SubnetConfiguration.2.Ipv6",
    "RemoveSubnetId.1",
    "SupportedIpAddressType.1",
    "AddSupportedIpAddressType.1",
    "ConnectionNotificationArn",
    "ConnectionNotificationId",
    "ConnectionNotificationId.1",
    "ConnectionEvents.1",
];

/// Values that make sense somewhere and nonsense everywhere else; ids of the world are added.
const VALUES: &[&str] = &[
    "",
    "x",
    "é\u{1}<&>",
    "-1",
    "0",
    "443",
    "99999999999999999999",
    "true",
    "false",
    "tcp",
    "TCP",
    "HTTP",
    "10.0.0.0/16",
    "10.0.0.0/99",
    "::/0",
    "*",
    "Interface",
    "Gateway",
    "network",
    "application",
    "internal",
    "forward",
    "alb",
    "ip",
    "vpc",
    "security-group",
    "enableDnsSupport",
    "us-east-1a",
    "api.example.com",
    "arn:aws:iam::222222222222:root",
    "arn:aws:iam::222222222222:role/x",
    "vpc-id",
    "tag:Name",
    "6964",
    "7f7",
    "vpce-00000000000000000",
    "vpce-svc-00000000000000000",
    "ipv6",
    "dualstack",
    "2001:db8::/56",
    "2001:db8::7",
    "172.31.0.7",
    "Connect",
    "arn:aws:sns:us-east-1:111111111111:topic",
];

/// Which values fit a parameter: part of its name, and how its values begin.
const FITTING: &[(&str, &str)] = &[
    ("Vpc", "vpc-"),
    ("Subnet", "subnet-"),
    ("Group", "sg-"),
    ("Cidr", "10.0"),
    ("InternetGateway", "igw-"),
    ("LoadBalancerArn", "arn:aws:elasticloadbalancing"),
    ("TargetGroupArn", "arn:aws:elasticloadbalancing"),
    ("ListenerArn", "arn:aws:elasticloadbalancing"),
    ("ResourceArn", "arn:aws:elasticloadbalancing"),
    ("Protocol", "TCP"),
    ("Port", "443"),
    ("IpProtocol", "tcp"),
    ("Attribute", "enableDnsSupport"),
    ("Type", "network"),
    ("Scheme", "internal"),
    ("TargetType", "ip"),
    ("Actions.member.1.Type", "forward"),
    ("RoleArn", "arn:aws:iam::222222222222:role/"),
    ("RoleSessionName", "arn"),
    ("Ipv6CidrBlock", "2001:db8::/56"),
    ("IpAddressType", "dualstack"),
    ("AddressType.1", "ipv6"),
    ("Ipv4", "172.31.0.7"),
    ("ConnectionNotificationArn", "arn:aws:sns"),
    ("ConnectionNotificationId", "vpce-nfn-"),
    ("ConnectionEvents", "Connect"),
];

struct World {
    simulator: Simulator,
    random: Random,
    values: Vec<String>,
}

impl World {
    async fn new(seed: u64) -> Self {
        let simulator = Simulator::builder().seed(seed).build().unwrap();
        let mut world = Self {
            simulator,
            random: Random::new(seed),
            values: Vec::new(),
        };
        world
            .call("ec2", "2016-11-15", "DescribeVpcs", Vec::new())
            .await;
        world.values = VALUES.iter().map(|value| (*value).to_owned()).collect();
        world.learn();
        world
    }

    /// Ids that exist are the values that get furthest.
    fn learn(&mut self) {
        for row in self.simulator.objects() {
            if row.id.len() < 120 && !self.values.contains(&row.id) {
                self.values.push(row.id);
            }
        }
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let last = u64::try_from(all.len()).unwrap() - 1;
        &all[usize::try_from(self.random.between(0, last)).unwrap()]
    }

    fn parameters(&mut self) -> Vec<(String, String)> {
        let values = self.values.clone();
        let count = self.random.between(0, 4);
        (0..count)
            .map(|_| ((*self.pick(NAMES)).to_owned(), self.pick(&values).clone()))
            .collect()
    }

    /// A value that may well be right for the parameter: the last hint that applies says which.
    fn fitting(&mut self, name: &str) -> String {
        let hint = FITTING.iter().rev().find(|(part, _)| name.contains(part));
        let values: Vec<String> = self
            .values
            .iter()
            .filter(|value| hint.is_none_or(|(_, head)| value.starts_with(head)))
            .cloned()
            .collect();
        let values = if values.is_empty() {
            self.values.clone()
        } else {
            values
        };
        self.pick(&values).clone()
    }

    /// Gives what the refusal misses and drops what it does not know; whether it said either.
    fn heed(&mut self, parameters: &mut Vec<(String, String)>, refusal: &str) -> bool {
        let named = |before: &str, after: &str| {
            let (_, rest) = refusal.split_once(before)?;
            rest.split_once(after).map(|(name, _)| name.to_owned())
        };
        if let Some(stranger) = named("The parameter ", " is not recognized") {
            let some = parameters.len();
            parameters.retain(|(name, _)| *name != stranger);
            return parameters.len() < some;
        }
        let ec2 = named("must contain the parameter ", "<");
        let query = named("Value null at &apos;", "&apos;");
        let Some(missing) = ec2.or(query) else {
            return false;
        };
        let known: Vec<&str> = NAMES
            .iter()
            .filter(|name| {
                let head = name.split('.').next().unwrap_or_default();
                head.eq_ignore_ascii_case(missing.split('.').next().unwrap_or_default())
            })
            .copied()
            .collect();
        for name in &known {
            let value = self.fitting(name);
            parameters.retain(|(given, _)| given != name);
            parameters.push(((*name).to_owned(), value));
        }
        !known.is_empty()
    }

    async fn call(
        &self,
        service: &str,
        version: &str,
        operation: &str,
        parameters: Vec<(String, String)>,
    ) -> (u16, String) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", operation)
            .append_pair("Version", version);
        form.extend_pairs(parameters);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIA0000111111111111/20260101/us-east-1/{service}/\
             aws4_request, SignedHeaders=host, Signature=0"
        );
        let request = http::Request::post("/")
            .header("authorization", authorization)
            .body(Bytes::from(form.finish()))
            .unwrap();
        let Answer::Response(response) = self.simulator.handle(request).await else {
            panic!("an answer");
        };
        let body = String::from_utf8(response.body().to_vec()).unwrap();
        (response.status().as_u16(), body)
    }
}

fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    SERVICES.iter().flat_map(|service| {
        let tables = service.operations.iter().flat_map(|part| part.iter());
        let names = tables
            .flat_map(|table| table.iter())
            .map(|operation| operation.name);
        names.map(|name| (service.name, service.dialect.version, name))
    })
}

/// Several resources in one call of these are changed one after the other, as AWS says.
fn is_piecemeal(operation: &str) -> bool {
    ["CreateTags", "DeleteTags"].contains(&operation)
}

#[tokio::test(start_paused = true)]
async fn whatever_is_asked_the_answer_is_well_formed_and_a_refusal_changes_nothing() {
    let mut world = World::new(7).await;
    let mut done = BTreeSet::new();
    for round in 0..15 {
        world.simulator.advance(Duration::from_secs(300));
        for (service, version, operation) in operations() {
            let mut parameters = world.parameters();
            for _ in 0..8 {
                let before = world.simulator.objects();
                let (status, body) = world
                    .call(service, version, operation, parameters.clone())
                    .await;
                roxmltree::Document::parse(&body)
                    .unwrap_or_else(|error| panic!("{operation} {parameters:?}: {error}: {body}"));
                let changed = world.simulator.objects() != before;
                assert!(
                    status == 200 || is_piecemeal(operation) || !changed,
                    "{operation} {parameters:?} was refused and changed something: {body}"
                );
                if status == 200 {
                    done.insert(operation);
                }
                if status == 200 || !world.heed(&mut parameters, &body) {
                    break;
                }
            }
        }
        if round % 5 == 0 {
            world.learn();
        }
    }
    let count = operations().count();
    assert!(
        done.len() * 3 > count,
        "only {} of {count} operations ever worked: {done:?}",
        done.len()
    );
}

#[tokio::test(start_paused = true)]
async fn a_parameter_that_an_operation_does_not_have_is_refused_before_anything_happens() {
    let mut world = World::new(8).await;
    for (service, version, operation) in operations() {
        for _ in 0..10 {
            let mut parameters = world.parameters();
            parameters.push(("Colour".to_owned(), "red".to_owned()));
            let before = world.simulator.objects();
            let (status, body) = world
                .call(service, version, operation, parameters.clone())
                .await;
            assert_ne!(status, 200, "{operation} {parameters:?}: {body}");
            assert_eq!(
                world.simulator.objects(),
                before,
                "{operation} {parameters:?}"
            );
        }
    }
}
