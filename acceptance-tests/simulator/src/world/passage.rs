//! Whether traffic passes security groups and network ACLs: plain TCP, judged on the truth.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::World;
use super::load_balancing::BalancerZone;
use super::network::{AclEntry, NetworkAcl, NetworkInterface, Subnet};
use super::prefix_lists;
use super::security_group::{Peer, SecurityGroup};

/// Ports that answers go back to.
const EPHEMERAL: (u16, u16) = (1024, 65_535);

/// The other end of a connection, as a security group sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Party<'a> {
    pub(crate) address: IpAddr,
    /// Groups that a rule may name; empty for what is not in the same network.
    pub(crate) group_ids: &'a [String],
}

/// Which rules of a group are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Inbound,
    Outbound,
}

impl World {
    /// Whether any of the groups lets TCP on the port through. Something without groups lets all through.
    pub(crate) fn groups_admit(
        &self,
        group_ids: &[String],
        direction: Direction,
        other: Party<'_>,
        port: u16,
    ) -> bool {
        let named = |region: &str, peer: &Peer| match peer {
            Peer::Ipv4(block) => IpNet::V4(*block).contains(&other.address),
            Peer::Ipv6(block) => IpNet::V6(*block).contains(&other.address),
            Peer::Group { group_id, .. } => other.group_ids.contains(group_id),
            Peer::PrefixList(id) => prefix_lists::holds(region, id, other.address),
        };
        let mut rules = group_ids
            .iter()
            .filter_map(|id| self.live::<SecurityGroup>(id))
            .flat_map(|group| {
                let rules = group.value().rules.iter();
                rules.map(|rule| (group.scope.region.as_str(), rule))
            })
            .filter(|(_, rule)| rule.egress == (direction == Direction::Outbound));
        group_ids.is_empty()
            || rules.any(|(region, rule)| rule.covers("tcp", port) && named(region, &rule.peer))
    }

    /// Whether the network ACLs of both subnets let a TCP connection to the port, and its answers,
    /// through. Within one subnet no ACL is asked. An error is the id of the subnet whose ACL does not.
    pub(crate) fn acls_admit(
        &self,
        from: (&str, IpAddr),
        to: (&str, IpAddr),
        port: u16,
    ) -> Result<(), String> {
        let ((from_subnet, from_address), (to_subnet, to_address)) = (from, to);
        if from_subnet == to_subnet {
            return Ok(());
        }
        let there = (port, port);
        let source = self.acl_admits(from_subnet, true, to_address, there)
            && self.acl_admits(from_subnet, false, to_address, EPHEMERAL);
        if !source {
            return Err(from_subnet.to_owned());
        }
        let target = self.acl_admits(to_subnet, false, from_address, there)
            && self.acl_admits(to_subnet, true, from_address, EPHEMERAL);
        if target {
            Ok(())
        } else {
            Err(to_subnet.to_owned())
        }
    }

    /// The address from which a load balancer's node in a zone sends to targets: always IPv4.
    pub(crate) fn node_address(&self, zone: &BalancerZone) -> Option<Ipv4Addr> {
        self.live::<NetworkInterface>(&zone.interface_id)
            .and_then(|eni| eni.value().address)
    }

    fn acl_admits(&self, subnet_id: &str, egress: bool, other: IpAddr, ports: (u16, u16)) -> bool {
        let Some(acl) = self.acl_of(subnet_id) else {
            return true;
        };
        let (low, high) = ports;
        // An allowance must hold all the ports, a denial any of them.
        let decides = |entry: &&AclEntry| {
            let (from, to) = entry.ports.unwrap_or((0, u16::MAX));
            let fits = if entry.allow {
                from <= low && high <= to
            } else {
                from <= high && low <= to
            };
            let tcp = matches!(entry.protocol.as_str(), "-1" | "6");
            entry.egress == egress && tcp && fits && entry.cidr.contains(&other)
        };
        let first = acl
            .entries
            .iter()
            .filter(decides)
            .min_by_key(|entry| entry.number);
        first.is_some_and(|entry| entry.allow)
    }

    fn acl_of(&self, subnet_id: &str) -> Option<&NetworkAcl> {
        let vpc_id = &self.live::<Subnet>(subnet_id)?.value().vpc_id;
        let all = || self.all::<NetworkAcl>().map(super::Record::value);
        let own = all().find(|acl| {
            acl.associations
                .iter()
                .any(|(subnet, _)| subnet == subnet_id)
        });
        own.or_else(|| all().find(|acl| acl.is_default && acl.vpc_id == *vpc_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::world::{Birth, Creator, Scope, Tags};

    const WEB: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 1, 5));
    const USER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 2, 5));

    fn entry(number: u32, egress: bool, allow: bool, ports: Option<(u16, u16)>) -> AclEntry {
        let cidr: IpNet = "0.0.0.0/0".parse().unwrap();
        AclEntry {
            number,
            egress,
            allow,
            protocol: "6".to_owned(),
            cidr,
            ports,
        }
    }

    /// Two subnets; the first has an ACL with these entries, the second one that allows all.
    fn world(entries: Vec<AclEntry>) -> World {
        let mut world = World::new(1);
        let scope = Scope {
            account: "1".to_owned(),
            region: "r".to_owned(),
        };
        let creator = Creator {
            account: "1".to_owned(),
            access_key: "k".to_owned(),
        };
        let birth = Birth {
            scope,
            creator,
            at: Moment::default(),
        };
        for (id, cidr) in [
            ("subnet-web", "10.0.1.0/24"),
            ("subnet-user", "10.0.2.0/24"),
        ] {
            let subnet = Subnet {
                vpc_id: "vpc-1".to_owned(),
                cidr: Some(cidr.parse().unwrap()),
                ipv6: None,
                zone_name: "ra".to_owned(),
                zone_id: "r-az1".to_owned(),
                default_for_zone: false,
            };
            world.create(birth.clone(), id, Tags::new(), subnet);
        }
        let all = vec![entry(100, false, true, None), entry(100, true, true, None)];
        let own = [("subnet-web".to_owned(), "aclassoc-1".to_owned())];
        for (id, is_default, entries) in [("acl-1", false, entries), ("acl-0", true, all)] {
            let associations = if is_default { Vec::new() } else { own.to_vec() };
            let vpc_id = "vpc-1".to_owned();
            let acl = NetworkAcl {
                vpc_id,
                is_default,
                entries,
                associations,
            };
            world.create(birth.clone(), id, Tags::new(), acl);
        }
        world
    }

    fn visit(world: &World) -> Result<(), String> {
        world.acls_admit(("subnet-user", USER), ("subnet-web", WEB), 443)
    }

    #[test]
    fn an_acl_must_let_the_port_in_and_the_answers_out() {
        let inward = entry(100, false, true, Some((443, 443)));
        let answers = entry(100, true, true, Some(EPHEMERAL));
        assert_eq!(visit(&world(vec![inward.clone(), answers.clone()])), Ok(()));
        assert_eq!(
            visit(&world(vec![inward.clone()])),
            Err("subnet-web".to_owned())
        );
        assert_eq!(
            visit(&world(vec![answers.clone()])),
            Err("subnet-web".to_owned())
        );
        let few = entry(100, true, true, Some((1024, 2048)));
        assert_eq!(
            visit(&world(vec![inward, few])),
            Err("subnet-web".to_owned())
        );
    }

    #[test]
    fn the_lowest_number_decides_and_a_subnet_asks_no_acl_of_itself() {
        let open = vec![entry(100, false, true, None), entry(100, true, true, None)];
        let denied = [
            open.as_slice(),
            &[entry(90, false, false, Some((400, 500)))],
        ]
        .concat();
        assert_eq!(visit(&world(open.clone())), Ok(()));
        assert!(visit(&world(denied)).is_err());
        let late = [open, vec![entry(110, false, false, Some((400, 500)))]].concat();
        assert_eq!(visit(&world(late)), Ok(()));
        let closed = world(Vec::new());
        let near = Ipv4Addr::new(10, 0, 1, 6).into();
        assert_eq!(
            closed.acls_admit(("subnet-web", near), ("subnet-web", WEB), 443),
            Ok(())
        );
    }
}
