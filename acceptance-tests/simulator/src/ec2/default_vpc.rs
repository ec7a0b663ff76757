//! What AWS makes by itself: the default VPC of an account in a region, and what every VPC begins with.

use std::net::Ipv4Addr;

use ipnet::{Ipv4Net, Ipv6Net};

use crate::world::network::{
    AclEntry, InternetGateway, NetworkAcl, Route, RouteTable, Subnet, Vpc,
};
use crate::world::security_group::{Peer, Rule, SecurityGroup, Traffic};
use crate::world::{Birth, Creator, Scope, Tags, World};

/// Number of the entry that denies whatever no other entry decided.
const LAST_ENTRY: u32 = 32_767;

/// Makes the default VPC with a subnet in every zone, as every account has it. Reads see it at once.
pub(crate) fn make_default_vpc(world: &mut World, scope: &Scope) {
    let lag = std::mem::take(&mut world.settings.lag);
    let creator = Creator {
        account: scope.account.clone(),
        access_key: "amazon".to_owned(),
    };
    let birth = Birth {
        scope: scope.clone(),
        creator,
        at: world.now,
    };
    let vpc_id = world.random.id("vpc");
    let vpc = new_vpc(world, block(172, 31, 0, 16), true);
    world.create(birth.clone(), &vpc_id, Tags::new(), vpc);
    let gateway_id = world.random.id("igw");
    let gateway = InternetGateway {
        vpc_id: Some(vpc_id.clone()),
    };
    world.create(birth.clone(), &gateway_id, Tags::new(), gateway);
    furnish(world, &birth, &vpc_id, Some(gateway_id));
    for (number, zone) in (0_u8..).zip(world.zones(scope)) {
        let id = world.random.id("subnet");
        let subnet = Subnet {
            vpc_id: vpc_id.clone(),
            cidr: Some(block(172, 31, number.saturating_mul(16), 20)),
            ipv6: None,
            zone_name: zone.name,
            zone_id: zone.id.to_owned(),
            default_for_zone: true,
        };
        world.create(birth.clone(), &id, Tags::new(), subnet);
    }
    world.settings.lag = lag;
}

/// A VPC with AWS's defaults. DNS host names are on only in the default VPC.
pub(super) fn new_vpc(world: &mut World, cidr: Ipv4Net, is_default: bool) -> Vpc {
    Vpc {
        cidr_blocks: vec![(world.random.id("vpc-cidr-assoc"), cidr)],
        ipv6_blocks: Vec::new(),
        is_default,
        pending: !is_default,
        tenancy: "default".to_owned(),
        dhcp_options_id: world.random.id("dopt"),
        dns_support: true,
        dns_hostnames: is_default,
        address_usage_metrics: false,
    }
}

/// Makes a VPC's default security group, main route table and default network ACL.
pub(super) fn furnish(world: &mut World, birth: &Birth, vpc_id: &str, gateway: Option<String>) {
    let group_id = world.random.id("sg");
    let own = Peer::Group {
        group_id: group_id.clone(),
        account: birth.scope.account.clone(),
    };
    let group = SecurityGroup {
        name: "default".to_owned(),
        description: "default VPC security group".to_owned(),
        vpc_id: vpc_id.to_owned(),
        rules: vec![all_traffic(world, false, own), allow_all_egress(world)],
    };
    world.create(birth.clone(), &group_id, Tags::new(), group);
    let table_id = world.random.id("rtb");
    let table = RouteTable {
        vpc_id: vpc_id.to_owned(),
        main_association: Some(world.random.id("rtbassoc")),
        routes: gateway
            .into_iter()
            .map(|gateway_id| Route {
                destination: block(0, 0, 0, 0).into(),
                gateway_id,
            })
            .collect(),
    };
    world.create(birth.clone(), &table_id, Tags::new(), table);
    let acl_id = world.random.id("acl");
    let acl = NetworkAcl {
        vpc_id: vpc_id.to_owned(),
        is_default: true,
        entries: [false, true]
            .into_iter()
            .flat_map(|egress| [entry(100, egress, true), entry(LAST_ENTRY, egress, false)])
            .collect(),
        associations: Vec::new(),
    };
    world.create(birth.clone(), &acl_id, Tags::new(), acl);
}

/// The rule that every new group begins with.
pub(super) fn allow_all_egress(world: &mut World) -> Rule {
    all_traffic(world, true, Peer::Ipv4(block(0, 0, 0, 0)))
}

/// Its twin for IPv6, which groups of a VPC with IPv6 have. Whether AWS adds it is a doubt.
pub(super) fn allow_all_ipv6_egress(world: &mut World) -> Option<Rule> {
    let added = world.doubts.is("ipv6-egress-of-groups", "added");
    added.then(|| all_traffic(world, true, Peer::Ipv6(Ipv6Net::default())))
}

fn all_traffic(world: &mut World, egress: bool, peer: Peer) -> Rule {
    Rule {
        id: world.random.id("sgr"),
        egress,
        traffic: Traffic {
            protocol: "-1".to_owned(),
            ports: None,
        },
        peer,
        description: None,
        tags: Tags::new(),
    }
}

fn entry(number: u32, egress: bool, allow: bool) -> AclEntry {
    AclEntry {
        number,
        egress,
        allow,
        protocol: "-1".to_owned(),
        cidr: block(0, 0, 0, 0).into(),
        ports: None,
    }
}

/// `a.b.c.0/length`; lengths over 32 count as 32.
fn block(a: u8, b: u8, c: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(
        Ipv4Addr::new(a, b, c, 0),
        if length > 32 { 32 } else { length },
    )
}
