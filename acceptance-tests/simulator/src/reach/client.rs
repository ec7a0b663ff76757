//! Where a connection begins: a subnet, security groups and, if it matters, an address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::world::World;
use crate::world::network::Subnet;
use crate::world::passage::{Direction, Party};
use crate::world::security_group::SecurityGroup;

use super::hops::{Way, broken, pass};

/// A question that cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReachError {
    /// Nothing, or something that is neither subnet, group nor address.
    #[error("`{0}` is not SUBNET[,SECURITY GROUP…][,ADDRESS]")]
    Malformed(String),
    /// A subnet or group that does not exist.
    #[error("{0} does not exist")]
    Absent(String),
    /// An address that does not lie in the subnet.
    #[error("{0} does not lie in the client's subnet")]
    Outside(IpAddr),
}

/// A client in a VPC.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) vpc_id: String,
    pub(super) subnet_id: String,
    pub(super) zone_id: String,
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
    pub(super) group_ids: Vec<String>,
}

impl Client {
    /// Reads `subnet-…,sg-…,sg-…`; the addresses are the lowest free ones of the subnet, one of each
    /// family that it has, unless one is given.
    pub(super) fn read(world: &World, from: &str) -> Result<Self, ReachError> {
        let mut subnet_id = None;
        let mut group_ids = Vec::new();
        let mut address = None;
        for part in from
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            if part.starts_with("subnet-") && subnet_id.is_none() {
                subnet_id = Some(part);
            } else if part.starts_with("sg-") {
                world
                    .live::<SecurityGroup>(part)
                    .ok_or_else(|| absent(part))?;
                group_ids.push(part.to_owned());
            } else {
                let parsed: IpAddr = part
                    .parse()
                    .map_err(|_| ReachError::Malformed(from.to_owned()))?;
                address = Some(parsed);
            }
        }
        let subnet_id = subnet_id.ok_or_else(|| ReachError::Malformed(from.to_owned()))?;
        let subnet = world
            .live::<Subnet>(subnet_id)
            .ok_or_else(|| absent(subnet_id))?
            .value();
        if let Some(outside) = address.filter(|address| !subnet.holds(*address)) {
            return Err(ReachError::Outside(outside));
        }
        let network = || subnet.cidr.map(|block| block.network());
        let ipv4 = || world.free_addresses(subnet_id).first().copied();
        let (ipv4, ipv6) = match address {
            Some(IpAddr::V4(address)) => (Some(address), None),
            Some(IpAddr::V6(address)) => (None, Some(address)),
            None => (ipv4().or_else(network), world.lowest_ipv6(subnet_id)),
        };
        Ok(Self {
            vpc_id: subnet.vpc_id.clone(),
            subnet_id: subnet_id.to_owned(),
            zone_id: subnet.zone_id.clone(),
            ipv4,
            ipv6,
            group_ids,
        })
    }

    /// The client's own address of the family of another.
    pub(super) fn address_to(&self, other: IpAddr) -> Way<IpAddr> {
        let (own, family) = match other {
            IpAddr::V4(_) => (self.ipv4.map(IpAddr::V4), "IPv4"),
            IpAddr::V6(_) => (self.ipv6.map(IpAddr::V6), "IPv6"),
        };
        own.ok_or_else(|| {
            let why = format!("the client has no {family} address, and {other} is one");
            broken("name", why)
        })
    }

    /// Of the addresses of an interface that a name gives, the one that the client goes to: IPv4 where
    /// both have it, as clients fall back to it when IPv6 does not answer.
    pub(super) fn choose(&self, ipv4: Option<Ipv4Addr>, ipv6: Option<Ipv6Addr>) -> Option<IpAddr> {
        let ipv4 = ipv4.map(IpAddr::V4);
        let ipv6 = ipv6.map(IpAddr::V6);
        let usable = |address: &IpAddr| self.address_to(*address).is_ok();
        ipv4.filter(usable)
            .or_else(|| ipv6.filter(usable))
            .or(ipv4)
            .or(ipv6)
    }

    /// The client as groups of its own VPC see it when it comes from that address.
    pub(super) fn party(&self, address: IpAddr) -> Party<'_> {
        Party {
            address,
            group_ids: &self.group_ids,
        }
    }

    /// Out of the client's groups and through the network ACLs; gives the address it comes from.
    pub(super) fn leave(
        &self,
        world: &World,
        target: Party<'_>,
        target_subnet: &str,
        port: u16,
    ) -> Way<IpAddr> {
        let own = self.address_to(target.address)?;
        let out = world.groups_admit(&self.group_ids, Direction::Outbound, target, port);
        pass(out, "client_group", || {
            let groups = self.group_ids.join(", ");
            format!(
                "no outbound rule of {groups} allows TCP {port} to {}",
                target.address
            )
        })?;
        let from = (self.subnet_id.as_str(), own);
        world
            .acls_admit(from, (target_subnet, target.address), port)
            .map_err(|subnet| {
                let why = format!(
                    "the network ACL of {subnet} does not allow TCP {port} and its answers"
                );
                broken("client_acl", why)
            })?;
        Ok(own)
    }
}

fn absent(id: &str) -> ReachError {
    ReachError::Absent(id.to_owned())
}
