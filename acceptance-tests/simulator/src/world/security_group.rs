//! Security groups and their rules.

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use super::Tags;

/// A security group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SecurityGroup {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) vpc_id: String,
    pub(crate) rules: Vec<Rule>,
}

/// One rule: one peer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// `sgr-…`.
    pub(crate) id: String,
    pub(crate) egress: bool,
    pub(crate) traffic: Traffic,
    pub(crate) peer: Peer,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
}

/// Protocol and ports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Traffic {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for all.
    pub(crate) protocol: String,
    /// Both ends included; none where the protocol has no ports or all are meant.
    pub(crate) ports: Option<(i32, i32)>,
}

/// The other side of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Peer {
    Ipv4(Ipv4Net),
    Ipv6(Ipv6Net),
    /// A group by id, and the account that owns it.
    Group {
        group_id: String,
        account: String,
    },
    PrefixList(String),
}

impl Rule {
    /// Whether both say the same but for description, id and tags: AWS then calls them duplicates.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.egress == other.egress && self.traffic == other.traffic && self.peer == other.peer
    }

    /// Whether the rule lets this protocol and port through, whoever the peer is.
    pub(crate) fn covers(&self, protocol: &str, port: u16) -> bool {
        let all = self.traffic.protocol == "-1";
        let ports = self
            .traffic
            .ports
            .is_none_or(|(from, to)| (from..=to).contains(&i32::from(port)));
        all || (self.traffic.protocol == protocol && ports)
    }
}
