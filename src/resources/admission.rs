//! Who may use an endpoint: what users write of it, and the rules that follow.

use std::collections::BTreeSet;

use super::facts::strings;
use crate::components::{Peer, SeenGroup, SeenVpc};
use crate::engine::Fact;
use crate::protocol::model::model;
use crate::protocol::{Field, Set};

model! {
    /// Who may use an endpoint.
    pub struct AllowFrom {
        /// CIDRs of clients.
        pub cidr_blocks: Set<String> => optional(),
        /// Carriers of these security groups, of the consumer's VPC or one peered with it.
        pub security_group_ids: Set<String> => optional(),
        /// Addresses of these prefix lists.
        pub prefix_list_ids: Set<String> => optional(),
    }

    /// What the clients' own security groups must let out.
    pub struct ClientRule {
        /// Protocol.
        pub protocol: String => computed(),
        /// Ports.
        pub ports: Set<i64> => computed(),
        /// Group to let out to; null with the consumer's `security_group_ids`.
        pub security_group_id: String => computed(),
    }
}

/// The CIDRs of a VPC, those of IPv6 where that is of use.
pub fn cidrs(vpc: &SeenVpc, with_ipv6: bool) -> Fact<BTreeSet<String>> {
    let both = vpc.cidrs.clone().zip(match with_ipv6 {
        true => vpc.ipv6_cidrs.clone(),
        false => Fact::Known(BTreeSet::new()),
    });
    both.map(|(ipv4, ipv6)| ipv4.into_iter().chain(ipv6).collect())
}

/// Who may use the endpoint, by what the user wrote.
pub fn peers(allow: &AllowFrom) -> Fact<Vec<Peer>> {
    let list = |field: &Field<Set<String>>, peer: fn(&str) -> Peer| match field {
        Field::Null => Fact::Known(Vec::new()),
        field => strings(field).map(|set| set.iter().map(|text| peer(text)).collect()),
    };
    let lists = [
        list(&allow.cidr_blocks, Peer::cidr),
        list(&allow.security_group_ids, |id| Peer::Group(id.to_owned())),
        list(&allow.prefix_list_ids, |id| Peer::PrefixList(id.to_owned())),
    ];
    Fact::all(lists).map(|lists| lists.concat())
}

/// Who may use an endpoint, from its group's inbound rules.
pub fn admitted(group: &SeenGroup) -> Field<AllowFrom> {
    let rules = group.ingress.known().cloned().unwrap_or_default();
    let list = |pick: fn(&Peer) -> Option<String>| {
        let found: BTreeSet<String> = rules.iter().filter_map(|rule| pick(&rule.peer)).collect();
        if found.is_empty() {
            Field::Null
        } else {
            Field::Known(found.into_iter().collect())
        }
    };
    Field::Known(AllowFrom {
        cidr_blocks: list(|peer| match peer {
            Peer::Ipv4(cidr) | Peer::Ipv6(cidr) => Some(cidr.clone()),
            _ => None,
        }),
        security_group_ids: list(|peer| match peer {
            Peer::Group(id) => Some(id.clone()),
            _ => None,
        }),
        prefix_list_ids: list(|peer| match peer {
            Peer::PrefixList(id) => Some(id.clone()),
            _ => None,
        }),
    })
}
