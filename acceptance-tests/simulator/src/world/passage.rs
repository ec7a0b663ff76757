//! Whether traffic passes security groups and network ACLs: plain TCP, judged on the truth.

use std::net::Ipv4Addr;

use super::World;
use super::load_balancing::BalancerZone;
use super::network::{AclEntry, NetworkAcl, NetworkInterface, Subnet};
use super::security_group::{Peer, SecurityGroup};

/// Ports that answers go back to.
const EPHEMERAL: (u16, u16) = (1024, 65_535);

/// The other end of a connection, as a security group sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Party<'a> {
    pub(crate) address: Ipv4Addr,
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
        let named = |peer: &Peer| match peer {
            Peer::Ipv4(block) => block.contains(&other.address),
            Peer::Group { group_id, .. } => other.group_ids.contains(group_id),
            Peer::Ipv6(_) | Peer::PrefixList(_) => false,
        };
        let mut rules = group_ids
            .iter()
            .filter_map(|id| self.live::<SecurityGroup>(id))
            .flat_map(|group| &group.value().rules)
            .filter(|rule| rule.egress == (direction == Direction::Outbound));
        group_ids.is_empty() || rules.any(|rule| rule.covers("tcp", port) && named(&rule.peer))
    }

    /// Whether the network ACLs of both subnets let a TCP connection to the port, and its answers,
    /// through. Within one subnet no ACL is asked. An error is the id of the subnet whose ACL does not.
    pub(crate) fn acls_admit(
        &self,
        from: (&str, Ipv4Addr),
        to: (&str, Ipv4Addr),
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

    /// The address of a load balancer's node in a zone.
    pub(crate) fn node_address(&self, zone: &BalancerZone) -> Option<Ipv4Addr> {
        self.live::<NetworkInterface>(&zone.interface_id)
            .map(|eni| eni.value().address)
    }

    fn acl_admits(
        &self,
        subnet_id: &str,
        egress: bool,
        other: Ipv4Addr,
        ports: (u16, u16),
    ) -> bool {
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
