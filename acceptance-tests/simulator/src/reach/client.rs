//! Where a connection begins: a subnet, security groups and, if it matters, an address.

use std::net::Ipv4Addr;

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
    Outside(Ipv4Addr),
}

/// A client in a VPC.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) vpc_id: String,
    pub(super) subnet_id: String,
    pub(super) zone_id: String,
    pub(super) address: Ipv4Addr,
    pub(super) group_ids: Vec<String>,
}

impl Client {
    /// Reads `subnet-…,sg-…,sg-…`; the address is the lowest free one of the subnet unless one is given.
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
                let parsed = part
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
        if let Some(outside) = address.filter(|address| !subnet.cidr.contains(address)) {
            return Err(ReachError::Outside(outside));
        }
        let lowest = || world.free_addresses(subnet_id).first().copied();
        Ok(Self {
            vpc_id: subnet.vpc_id.clone(),
            subnet_id: subnet_id.to_owned(),
            zone_id: subnet.zone_id.clone(),
            address: address
                .or_else(lowest)
                .unwrap_or_else(|| subnet.cidr.network()),
            group_ids,
        })
    }

    /// The client as groups of its own VPC see it.
    pub(super) fn party(&self) -> Party<'_> {
        Party {
            address: self.address,
            group_ids: &self.group_ids,
        }
    }

    /// Out of the client's groups and through the network ACLs.
    pub(super) fn leave(
        &self,
        world: &World,
        target: Party<'_>,
        target_subnet: &str,
        port: u16,
    ) -> Way<()> {
        let out = world.groups_admit(&self.group_ids, Direction::Outbound, target, port);
        pass(out, "client_group", || {
            let groups = self.group_ids.join(", ");
            format!(
                "no outbound rule of {groups} allows TCP {port} to {}",
                target.address
            )
        })?;
        let from = (self.subnet_id.as_str(), self.address);
        world
            .acls_admit(from, (target_subnet, target.address), port)
            .map_err(|subnet| {
                let why = format!(
                    "the network ACL of {subnet} does not allow TCP {port} and its answers"
                );
                broken("client_acl", why)
            })
    }
}

fn absent(id: &str) -> ReachError {
    ReachError::Absent(id.to_owned())
}
