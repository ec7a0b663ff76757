//! Network interfaces that AWS manages: made with their owner, gone some time after it (rule 13).

use super::addresses::Taking;
use super::network::{InterfaceOwner, NetworkInterface, Subnet};
use super::{Birth, Event, World};
use crate::ec2;

impl World {
    /// Makes one interface per subnet, with the addresses that are to be taken in it, in the account of
    /// `birth`. Gives their ids in the order of the subnets, or, with nothing made, the id of the first
    /// subnet that does not exist or has no such address free.
    pub(crate) fn attach_interfaces(
        &mut self,
        birth: &Birth,
        owner: &InterfaceOwner,
        subnets: &[(String, Taking)],
        group_ids: &[String],
    ) -> Result<Vec<String>, String> {
        let mut made: Vec<NetworkInterface> = Vec::new();
        for (subnet_id, taking) in subnets {
            let interface = self
                .new_interface(subnet_id, *taking, &made, owner)
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

    fn new_interface(
        &mut self,
        subnet_id: &str,
        taking: Taking,
        made: &[NetworkInterface],
        owner: &InterfaceOwner,
    ) -> Option<NetworkInterface> {
        let (address, ipv6_address) = self.take_addresses(subnet_id, taking, made)?;
        let subnet = self.live::<Subnet>(subnet_id)?.value();
        Some(NetworkInterface {
            vpc_id: subnet.vpc_id.clone(),
            subnet_id: subnet_id.to_owned(),
            zone_name: subnet.zone_name.clone(),
            zone_id: subnet.zone_id.clone(),
            address,
            ipv6_address,
            prefix: None,
            group_ids: Vec::new(),
            owner: owner.clone(),
        })
    }
}
