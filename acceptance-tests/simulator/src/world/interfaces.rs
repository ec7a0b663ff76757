//! Network interfaces that AWS manages: made with their owner, gone some time after it (rule 13).

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::network::{InterfaceOwner, NetworkInterface, Subnet};
use super::{Birth, Event, World};
use crate::ec2;

/// Addresses of a subnet that AWS keeps: the first four and the last.
const RESERVED_FIRST: usize = 4;

impl World {
    /// Makes one interface per subnet, with a free address of it (or the one asked for), in the account
    /// of `birth`. Gives their ids in the order of the subnets, or, with nothing made, the id of the first
    /// subnet that does not exist or has no such address free.
    pub(crate) fn attach_interfaces(
        &mut self,
        birth: &Birth,
        owner: &InterfaceOwner,
        subnets: &[(String, Option<Ipv4Addr>)],
        group_ids: &[String],
    ) -> Result<Vec<String>, String> {
        let mut made: Vec<NetworkInterface> = Vec::new();
        for (subnet_id, wanted) in subnets {
            let mut free = self.free_addresses(subnet_id);
            free.retain(|address| !made.iter().any(|interface| interface.address == *address));
            let interface = self
                .new_interface(subnet_id, (free, *wanted), owner)
                .ok_or_else(|| subnet_id.clone())?;
            made.push(interface);
        }
        let mut ids = Vec::new();
        for mut interface in made {
            group_ids.clone_into(&mut interface.group_ids);
            let id = self.random.id("eni");
            self.create(birth.clone(), &id, super::Tags::new(), interface);
            ids.push(id);
        }
        Ok(ids)
    }

    /// Lets interfaces go, each some time from `low_ms` to `high_ms` from now. Until then they hold
    /// their addresses, subnets and security groups.
    pub(crate) fn release_interfaces(&mut self, ids: &[String], low_ms: u64, high_ms: u64) {
        for id in ids {
            let event = ec2::Event::InterfaceReleased(id.clone());
            self.schedule(low_ms, high_ms, Event::Ec2(event));
        }
    }

    /// Free addresses of a subnet, lowest first.
    pub(crate) fn free_addresses(&self, subnet_id: &str) -> Vec<Ipv4Addr> {
        let Some(subnet) = self.live::<Subnet>(subnet_id) else {
            return Vec::new();
        };
        let taken: BTreeSet<Ipv4Addr> = self
            .all::<NetworkInterface>()
            .filter(|interface| interface.value().subnet_id == subnet_id)
            .map(|interface| interface.value().address)
            .collect();
        let last = subnet.value().cidr.broadcast();
        let network = subnet.value().cidr.network();
        (u32::from(network)..u32::from(last))
            .skip(RESERVED_FIRST)
            .map(Ipv4Addr::from)
            .filter(|address| !taken.contains(address))
            .collect()
    }

    /// How many addresses of a subnet are free; EC2 keeps five of each.
    pub(crate) fn free_address_count(&self, subnet_id: &str) -> usize {
        let Some(subnet) = self.live::<Subnet>(subnet_id) else {
            return 0;
        };
        let taken = self
            .all::<NetworkInterface>()
            .filter(|interface| interface.value().subnet_id == subnet_id)
            .count();
        let length = u32::from(subnet.value().cidr.prefix_len());
        let all = 1_usize
            .checked_shl(32_u32.saturating_sub(length))
            .unwrap_or_default();
        all.saturating_sub(RESERVED_FIRST + 1 + taken)
    }

    fn new_interface(
        &mut self,
        subnet_id: &str,
        (free, wanted): (Vec<Ipv4Addr>, Option<Ipv4Addr>),
        owner: &InterfaceOwner,
    ) -> Option<NetworkInterface> {
        let address = match wanted {
            Some(address) => free.contains(&address).then_some(address)?,
            None => {
                let last = u64::try_from(free.len())
                    .unwrap_or_default()
                    .checked_sub(1)?;
                let index = usize::try_from(self.random.between(0, last)).unwrap_or_default();
                *free.get(index)?
            }
        };
        let subnet = self.live::<Subnet>(subnet_id)?.value();
        Some(NetworkInterface {
            vpc_id: subnet.vpc_id.clone(),
            subnet_id: subnet_id.to_owned(),
            zone_name: subnet.zone_name.clone(),
            zone_id: subnet.zone_id.clone(),
            address,
            group_ids: Vec::new(),
            owner: owner.clone(),
        })
    }
}
