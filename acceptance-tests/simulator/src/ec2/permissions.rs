//! `IpPermissions`: rules as calls write them, and as DescribeSecurityGroups merges them.

use std::fmt::Display;

use super::refusals::group_not_found;
use crate::engine::Call;
use crate::wire::xml::{Element, Members, items, text};
use crate::wire::{Parameters, Refusal};
use crate::world::Tags;
use crate::world::security_group::{Peer, Rule, SecurityGroup, Traffic};

/// A permission of one peer: traffic, peer, description.
pub(super) type Wanted = (Traffic, Peer, Option<String>);

/// What a call asks to allow or revoke: `IpPermissions.N`, or the flat form of one permission.
pub(super) fn read(call: &mut Call<'_>) -> Result<Vec<Wanted>, Refusal> {
    let account = call.scope.account.clone();
    let parameters = &mut call.parameters;
    let mut wanted: Vec<Wanted> = parameters
        .structures("IpPermissions", |permission| read_one(permission, &account))?
        .into_iter()
        .flatten()
        .collect();
    if parameters.has("SourceSecurityGroupName") || parameters.has("SourceSecurityGroupOwnerId") {
        return Err(Refusal::not_simulated(
            "SourceSecurityGroupName; use IpPermissions",
        ));
    }
    if parameters.has("IpProtocol") || parameters.has("CidrIp") {
        let traffic = read_traffic(parameters)?;
        let cidr = parameters.required("CidrIp")?;
        wanted.push((traffic, ipv4(&cidr)?, None));
    }
    for (index, (traffic, peer, _)) in wanted.iter().enumerate() {
        let again = |(t, p, _): &Wanted| t == traffic && p == peer;
        if wanted.iter().skip(index + 1).any(again) {
            return Err(Refusal::invalid_value(
                "The same permission must not appear multiple times",
            ));
        }
    }
    Ok(wanted)
}

fn read_one(permission: &mut Parameters, account: &str) -> Result<Vec<Wanted>, Refusal> {
    let traffic = read_traffic(permission)?;
    let mut peers = permission.structures("IpRanges", |range| {
        Ok((ipv4(&range.required("CidrIp")?)?, range.text("Description")))
    })?;
    peers.extend(permission.structures("Ipv6Ranges", |range| {
        Ok((
            ipv6(&range.required("CidrIpv6")?)?,
            range.text("Description"),
        ))
    })?);
    peers.extend(permission.structures("PrefixListIds", |list| {
        Ok((
            Peer::PrefixList(list.required("PrefixListId")?),
            list.text("Description"),
        ))
    })?);
    peers.extend(permission.structures("Groups", |group| {
        let owner = group.text("UserId").unwrap_or_else(|| account.to_owned());
        // Given back by describes and sent again by clients; the id says it all.
        group.text("VpcId");
        group.text("PeeringStatus");
        group.text("GroupName");
        let peer = Peer::Group {
            group_id: group.required("GroupId")?,
            account: owner,
        };
        Ok((peer, group.text("Description")))
    })?);
    if peers.is_empty() {
        return Err(Refusal::missing("ipRanges"));
    }
    Ok(peers
        .into_iter()
        .map(|(peer, text)| (traffic.clone(), peer, text))
        .collect())
}

/// Protocol and ports, in EC2's spelling.
pub(super) fn read_traffic(parameters: &mut Parameters) -> Result<Traffic, Refusal> {
    let given = parameters.required("IpProtocol")?;
    let from = port(parameters, "FromPort")?;
    let to = port(parameters, "ToPort")?;
    let protocol = match given.to_lowercase().as_str() {
        "6" | "tcp" => "tcp".to_owned(),
        "17" | "udp" => "udp".to_owned(),
        "1" | "icmp" => "icmp".to_owned(),
        "58" | "icmpv6" => "icmpv6".to_owned(),
        "-1" | "all" => "-1".to_owned(),
        number if number.parse::<u8>().is_ok() => number.to_owned(),
        _ => {
            let why = "Unknown IP protocol.";
            return Err(Refusal::bad_value("ipProtocol", given, why));
        }
    };
    let ports = match (protocol.as_str(), from, to) {
        ("tcp" | "udp", Some(from), Some(to)) if (0..=65_535).contains(&from) => {
            if from > to || to > 65_535 {
                let why = format!("Invalid value '{from}-{to}' for portRange.");
                return Err(Refusal::invalid_value(why));
            }
            Some((from, to))
        }
        ("tcp" | "udp", _, _) => {
            return Err(Refusal::invalid_value(
                "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
            ));
        }
        ("icmp" | "icmpv6", from, to) => Some((from.unwrap_or(-1), to.unwrap_or(-1))),
        _ => None,
    };
    Ok(Traffic { protocol, ports })
}

fn port(parameters: &mut Parameters, name: &str) -> Result<Option<i32>, Refusal> {
    let number = parameters.integer(name)?;
    number
        .map(|number| {
            i32::try_from(number).map_err(|_| Refusal::bad_value(name, number, "Out of range."))
        })
        .transpose()
}

/// An IPv4 block, brought to its network address.
pub(super) fn ipv4(cidr: &str) -> Result<Peer, Refusal> {
    cidr.parse()
        .map(|block: ipnet::Ipv4Net| Peer::Ipv4(block.trunc()))
        .map_err(|_| bad_block(cidr))
}

/// An IPv6 block, brought to its network address.
pub(super) fn ipv6(cidr: &str) -> Result<Peer, Refusal> {
    cidr.parse()
        .map(|block: ipnet::Ipv6Net| Peer::Ipv6(block.trunc()))
        .map_err(|_| bad_block(cidr))
}

fn bad_block(cidr: impl Display) -> Refusal {
    Refusal::invalid_value(format!("CIDR block {cidr} is malformed"))
}

/// Refuses a reference to a group that is not there or not in the same VPC.
pub(super) fn check_peer(call: &Call<'_>, vpc_id: &str, peer: &Peer) -> Result<(), Refusal> {
    let Peer::Group { group_id, .. } = peer else {
        return Ok(());
    };
    let group = call
        .find::<SecurityGroup>(group_id)
        .ok_or_else(|| group_not_found(group_id))?;
    if group.value().vpc_id == vpc_id {
        return Ok(());
    }
    Err(Refusal::new(
        "InvalidGroup.NotFound",
        "You have specified two resources that belong to different networks.",
    ))
}

/// The rule as EC2's error messages spell it.
pub(super) fn spelled(traffic: &Traffic, peer: &Peer) -> String {
    let protocol = match traffic.protocol.as_str() {
        "-1" => "ALL".to_owned(),
        other => other.to_uppercase(),
    };
    let ports = traffic
        .ports
        .map(|(from, to)| format!(" from port: {from}, to port: {to},"))
        .unwrap_or_default();
    format!("peer: {}, {protocol},{ports} ALLOW", peer_text(peer))
}

fn peer_text(peer: &Peer) -> String {
    match peer {
        Peer::Ipv4(block) => block.to_string(),
        Peer::Ipv6(block) => block.to_string(),
        Peer::Group { group_id, .. } => group_id.clone(),
        Peer::PrefixList(id) => id.clone(),
    }
}

/// `ipPermissions` and `ipPermissionsEgress`: rules of one protocol and port range merged.
pub(super) fn permission_sets(rules: &[Rule]) -> [Element; 2] {
    let one = |egress: bool| {
        let rules: Vec<&Rule> = rules.iter().filter(|rule| rule.egress == egress).collect();
        merged(&rules)
    };
    [
        items("ipPermissions", one(false)),
        items("ipPermissionsEgress", one(true)),
    ]
}

/// One set of permissions out of those that a revoke did not find.
pub(super) fn unknown_set(wanted: &[Wanted], egress: bool) -> Element {
    let rules: Vec<Rule> = wanted
        .iter()
        .map(|(traffic, peer, description)| Rule {
            id: String::new(),
            egress,
            traffic: traffic.clone(),
            peer: peer.clone(),
            description: description.clone(),
            tags: Tags::new(),
        })
        .collect();
    items(
        "unknownIpPermissionSet",
        merged(&rules.iter().collect::<Vec<_>>()),
    )
}

fn merged(rules: &[&Rule]) -> Vec<Members> {
    let mut traffics: Vec<&Traffic> = Vec::new();
    for rule in rules {
        if !traffics.contains(&&rule.traffic) {
            traffics.push(&rule.traffic);
        }
    }
    traffics
        .into_iter()
        .map(|traffic| {
            let of: Vec<&Rule> = rules
                .iter()
                .filter(|rule| rule.traffic == *traffic)
                .copied()
                .collect();
            let mut members = traffic_members(traffic);
            members.extend(peer_sets(&of));
            members
        })
        .collect()
}

/// `ipProtocol`, `fromPort`, `toPort` where there are ports.
fn traffic_members(traffic: &Traffic) -> Members {
    let mut members = vec![text("ipProtocol", &traffic.protocol)];
    if let Some((from, to)) = traffic.ports {
        members.extend([text("fromPort", from), text("toPort", to)]);
    }
    members
}

fn peer_sets(rules: &[&Rule]) -> [Element; 4] {
    let set = |name, members: fn(&Peer) -> Option<Members>| {
        let rows = rules.iter().filter_map(|rule| {
            let mut row = members(&rule.peer)?;
            row.extend(
                rule.description
                    .iter()
                    .map(|words| text("description", words)),
            );
            Some(row)
        });
        items(name, rows)
    };
    [
        set("groups", |peer| match peer {
            Peer::Group { group_id, account } => {
                Some(vec![text("userId", account), text("groupId", group_id)])
            }
            _ => None,
        }),
        set("ipRanges", |peer| match peer {
            Peer::Ipv4(block) => Some(vec![text("cidrIp", block)]),
            _ => None,
        }),
        set("ipv6Ranges", |peer| match peer {
            Peer::Ipv6(block) => Some(vec![text("cidrIpv6", block)]),
            _ => None,
        }),
        set("prefixListIds", |peer| match peer {
            Peer::PrefixList(id) => Some(vec![text("prefixListId", id)]),
            _ => None,
        }),
    ]
}
