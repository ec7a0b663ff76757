//! Security-group rules as values: what is wanted, and what AWS shows merged.

use std::collections::BTreeSet;
use std::fmt;

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroupRule, UserIdGroupPair,
};
use serde::{Deserialize, Serialize};

/// One rule. Its direction is said by where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rule {
    /// `tcp`, another protocol's name or number, or `-1` for all.
    pub protocol: String,
    /// First port; -1 for all.
    pub from_port: i32,
    /// Last port; -1 for all.
    pub to_port: i32,
    /// Who is on the other side.
    pub peer: Peer,
}

/// The other side of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Peer {
    /// IPv4 addresses in CIDR notation.
    Ipv4(String),
    /// IPv6 addresses in CIDR notation.
    Ipv6(String),
    /// Whoever carries this security group.
    Group(String),
    /// The addresses of a prefix list.
    PrefixList(String),
}

impl Peer {
    /// A peer by its addresses, of whichever family.
    pub fn cidr(cidr: &str) -> Self {
        if cidr.contains(':') {
            Self::Ipv6(cidr.to_owned())
        } else {
            Self::Ipv4(cidr.to_owned())
        }
    }
}

impl Rule {
    /// A rule as AWS shows it singly.
    pub(super) fn of(found: &SecurityGroupRule) -> Option<Self> {
        let group = found.referenced_group_info().and_then(|it| it.group_id());
        let peer = match (found.cidr_ipv4(), found.cidr_ipv6()) {
            (Some(cidr), _) => Peer::Ipv4(cidr.to_owned()),
            (_, Some(cidr)) => Peer::Ipv6(cidr.to_owned()),
            _ => match group {
                Some(group) => Peer::Group(group.to_owned()),
                None => Peer::PrefixList(found.prefix_list_id()?.to_owned()),
            },
        };
        Some(Self {
            protocol: found.ip_protocol()?.to_owned(),
            from_port: found.from_port().unwrap_or(-1),
            to_port: found.to_port().unwrap_or(-1),
            peer,
        })
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Ipv4(peer) | Self::Ipv6(peer) | Self::Group(peer) | Self::PrefixList(peer)) =
            self;
        out.write_str(peer)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.protocol.as_str(), self.from_port, self.to_port) {
            ("-1", _, _) => write!(out, "everything with {}", self.peer),
            (protocol, from, to) if from == to => {
                write!(out, "{protocol} {from} with {}", self.peer)
            }
            (protocol, from, to) => write!(out, "{protocol} {from}-{to} with {}", self.peer),
        }
    }
}

impl Rule {
    /// TCP on one port.
    pub fn tcp(port: u16, peer: Peer) -> Self {
        let port = i32::from(port);
        Self {
            protocol: "tcp".to_owned(),
            from_port: port,
            to_port: port,
            peer,
        }
    }

    /// What AWS gives to every new group: everything may go out.
    pub fn everything() -> Self {
        let peer = Peer::Ipv4("0.0.0.0/0".to_owned());
        Self {
            protocol: "-1".to_owned(),
            from_port: -1,
            to_port: -1,
            peer,
        }
    }

    /// The rule in AWS's words.
    pub fn permission(&self) -> IpPermission {
        let permission = IpPermission::builder().ip_protocol(&self.protocol);
        let permission = match self.protocol.as_str() {
            "-1" => permission,
            _ => permission.from_port(self.from_port).to_port(self.to_port),
        };
        match &self.peer {
            Peer::Ipv4(cidr) => permission.ip_ranges(IpRange::builder().cidr_ip(cidr).build()),
            Peer::Ipv6(cidr) => {
                permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(cidr).build())
            }
            Peer::Group(id) => {
                permission.user_id_group_pairs(UserIdGroupPair::builder().group_id(id).build())
            }
            Peer::PrefixList(id) => {
                permission.prefix_list_ids(PrefixListId::builder().prefix_list_id(id).build())
            }
        }
        .build()
    }
}

/// AWS merges rules of one protocol and port range; this takes them apart again.
pub(super) fn rules_of(permissions: &[IpPermission]) -> BTreeSet<Rule> {
    let mut rules = BTreeSet::new();
    for permission in permissions {
        let v4 = permission.ip_ranges().iter().filter_map(IpRange::cidr_ip);
        let v6 = permission
            .ipv6_ranges()
            .iter()
            .filter_map(Ipv6Range::cidr_ipv6);
        let groups = permission
            .user_id_group_pairs()
            .iter()
            .filter_map(UserIdGroupPair::group_id);
        let lists = permission
            .prefix_list_ids()
            .iter()
            .filter_map(PrefixListId::prefix_list_id);
        let peers = v4
            .map(|cidr| Peer::Ipv4(cidr.to_owned()))
            .chain(v6.map(|cidr| Peer::Ipv6(cidr.to_owned())))
            .chain(groups.map(|id| Peer::Group(id.to_owned())))
            .chain(lists.map(|id| Peer::PrefixList(id.to_owned())));
        rules.extend(peers.map(|peer| Rule {
            protocol: permission.ip_protocol().unwrap_or("-1").to_owned(),
            from_port: permission.from_port().unwrap_or(-1),
            to_port: permission.to_port().unwrap_or(-1),
            peer,
        }));
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_rules_come_apart_into_what_was_put_in() {
        let merged = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/16").build())
            .ip_ranges(IpRange::builder().cidr_ip("10.1.0.0/16").build())
            .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-1").build())
            .build();
        let rules = rules_of(&[merged, Rule::everything().permission()]);
        let expected = [
            Rule::tcp(443, Peer::cidr("10.0.0.0/16")),
            Rule::tcp(443, Peer::cidr("10.1.0.0/16")),
            Rule::tcp(443, Peer::Group("sg-1".into())),
            Rule::everything(),
        ];
        assert_eq!(rules, BTreeSet::from(expected));
    }
}
