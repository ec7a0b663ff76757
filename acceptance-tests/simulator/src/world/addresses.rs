//! Addresses of subnets: which are free, which AWS keeps for itself, which an interface gets.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::Ipv4Net;

use super::World;
use super::network::{NetworkInterface, Subnet};

/// Addresses of a block that AWS keeps: the first four and the last.
const RESERVED_FIRST: usize = 4;
/// Blocks that an interface gets as a whole are of this size.
const BLOCK_PREFIX: u8 = 28;
const BLOCK_SIZE: usize = 16;

/// Which address of a family an interface is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish<A> {
    /// None of this family.
    None,
    /// Whichever is free.
    Any,
    /// This one.
    This(A),
}

/// Which addresses an interface is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taking {
    pub(crate) ipv4: Wish<Ipv4Addr>,
    pub(crate) ipv6: Wish<Ipv6Addr>,
}

impl<A> Wish<A> {
    /// This address if one was named, else whichever is free.
    pub(crate) fn of(named: Option<A>) -> Self {
        named.map_or(Self::Any, Self::This)
    }
}

impl World {
    /// Free IPv4 addresses of a subnet, lowest first.
    pub(crate) fn free_addresses(&self, subnet_id: &str) -> Vec<Ipv4Addr> {
        let block = self
            .live::<Subnet>(subnet_id)
            .and_then(|subnet| subnet.value().cidr);
        let Some(block) = block else {
            return Vec::new();
        };
        let taken: BTreeSet<Ipv4Addr> = self
            .interfaces_in(subnet_id)
            .filter_map(|interface| interface.address)
            .collect();
        let blocks: Vec<Ipv4Net> = self
            .interfaces_in(subnet_id)
            .filter_map(|interface| interface.prefix)
            .collect();
        (u32::from(block.network())..u32::from(block.broadcast()))
            .skip(RESERVED_FIRST)
            .map(Ipv4Addr::from)
            .filter(|address| !taken.contains(address))
            .filter(|address| !blocks.iter().any(|block| block.contains(address)))
            .collect()
    }

    /// How many IPv4 addresses of a subnet are free; EC2 keeps five of each.
    pub(crate) fn free_address_count(&self, subnet_id: &str) -> usize {
        let block = self
            .live::<Subnet>(subnet_id)
            .and_then(|subnet| subnet.value().cidr);
        let Some(block) = block else {
            return 0;
        };
        let all = 1_usize
            .checked_shl(32_u32.saturating_sub(u32::from(block.prefix_len())))
            .unwrap_or_default();
        let own = |it: &NetworkInterface| usize::from(it.address.is_some());
        let block = |it: &NetworkInterface| it.prefix.map_or(0, |_| BLOCK_SIZE);
        let taken = self.interfaces_in(subnet_id).map(|it| own(it) + block(it));
        all.saturating_sub(RESERVED_FIRST + 1 + taken.sum::<usize>())
    }

    /// The lowest /28 of a subnet of which every address is free.
    pub(crate) fn free_block(&self, subnet_id: &str) -> Option<Ipv4Net> {
        let free: BTreeSet<Ipv4Addr> = self.free_addresses(subnet_id).into_iter().collect();
        let whole = self.live::<Subnet>(subnet_id)?.value().cidr?;
        let mut blocks = whole.subnets(BLOCK_PREFIX).ok()?;
        blocks.find(|block| {
            let (first, last) = (block.network().into(), block.broadcast().into());
            (first..=last).all(|address: u32| free.contains(&Ipv4Addr::from(address)))
        })
    }

    /// Gives an interface the lowest block that is free in its subnet.
    pub(crate) fn take_block(&mut self, interface_id: &str) {
        let subnet = self.live::<NetworkInterface>(interface_id);
        let subnet = subnet.map(|it| it.value().subnet_id.clone());
        let block = subnet.and_then(|subnet| self.free_block(&subnet));
        self.change::<NetworkInterface>(interface_id, |it| it.prefix = block);
    }

    /// Whether AWS keeps an address of a subnet for itself.
    pub(crate) fn is_reserved(&self, subnet_id: &str, address: IpAddr) -> bool {
        let subnet = self.live::<Subnet>(subnet_id);
        let Some(subnet) = subnet.map(super::Record::value) else {
            return false;
        };
        match address {
            IpAddr::V4(address) => subnet.cidr.is_some_and(|block| {
                let place = u32::from(address).wrapping_sub(u32::from(block.network()));
                usize::try_from(place).is_ok_and(|place| place < RESERVED_FIRST)
                    || address == block.broadcast()
            }),
            IpAddr::V6(address) => subnet.ipv6.as_ref().is_some_and(|own| {
                let place = u128::from(address).wrapping_sub(u128::from(own.block.network()));
                usize::try_from(place).is_ok_and(|place| place < RESERVED_FIRST)
                    || address == own.block.broadcast()
            }),
        }
    }

    /// Whether an interface of a subnet has the address.
    pub(crate) fn is_taken(&self, subnet_id: &str, address: IpAddr) -> bool {
        self.interfaces_in(subnet_id)
            .any(|interface| interface.has(address))
    }

    /// The lowest IPv6 address of a subnet that is free; none where the subnet has no such block.
    pub(crate) fn lowest_ipv6(&self, subnet_id: &str) -> Option<Ipv6Addr> {
        let subnet = self.live::<Subnet>(subnet_id)?.value();
        let network = u128::from(subnet.ipv6.as_ref()?.block.network());
        let mut hosts = (RESERVED_FIRST..).map(|place| {
            let place = u128::try_from(place).unwrap_or_default();
            Ipv6Addr::from(network | place)
        });
        hosts.find(|address| !self.is_taken(subnet_id, (*address).into()))
    }

    /// A free IPv6 address of a subnet, drawn; none where the subnet has no such block.
    fn draw_ipv6(&mut self, subnet_id: &str) -> Option<Ipv6Addr> {
        let subnet = self.live::<Subnet>(subnet_id)?.value();
        let block = subnet.ipv6.as_ref()?.block;
        loop {
            let low = u128::from(self.random.next()) & u128::from(block.hostmask());
            let address = Ipv6Addr::from(u128::from(block.network()) | low);
            let free = !self.is_reserved(subnet_id, address.into());
            if free && !self.is_taken(subnet_id, address.into()) {
                return Some(address);
            }
        }
    }

    /// Gives an interface addresses of these families and takes others away; those it has it keeps.
    pub(crate) fn refit_interface(&mut self, id: &str, ipv4: bool, ipv6: bool) {
        let Some(interface) = self.live::<NetworkInterface>(id) else {
            return;
        };
        let interface = interface.value().clone();
        let subnet_id = &interface.subnet_id;
        let address = match interface.address {
            _ if !ipv4 => None,
            None => {
                let free = self.free_addresses(subnet_id);
                self.pick(&free, Wish::Any)
            }
            kept => kept,
        };
        let ipv6_address = match interface.ipv6_address {
            _ if !ipv6 => None,
            None => self.draw_ipv6(subnet_id),
            kept => kept,
        };
        if (address, ipv6_address) != (interface.address, interface.ipv6_address) {
            self.change::<NetworkInterface>(id, |interface| {
                interface.address = address;
                interface.ipv6_address = ipv6_address;
            });
        }
    }

    /// The addresses of a new interface in a subnet, beside those that are about to be made.
    pub(super) fn take_addresses(
        &mut self,
        subnet_id: &str,
        taking: Taking,
        beside: &[NetworkInterface],
    ) -> Option<(Option<Ipv4Addr>, Option<Ipv6Addr>)> {
        let ipv4 = match taking.ipv4 {
            Wish::None => None,
            wish => {
                let mut free = self.free_addresses(subnet_id);
                free.retain(|address| !beside.iter().any(|one| one.address == Some(*address)));
                Some(self.pick(&free, wish)?)
            }
        };
        let ipv6 = match taking.ipv6 {
            Wish::None => None,
            Wish::Any => Some(self.draw_ipv6(subnet_id)?),
            Wish::This(address) => {
                let subnet = self.live::<Subnet>(subnet_id)?;
                let free = subnet.value().holds(address.into())
                    && !self.is_reserved(subnet_id, address.into())
                    && !self.is_taken(subnet_id, address.into());
                Some(free.then_some(address)?)
            }
        };
        Some((ipv4, ipv6))
    }

    fn pick(&mut self, free: &[Ipv4Addr], wish: Wish<Ipv4Addr>) -> Option<Ipv4Addr> {
        if let Wish::This(address) = wish {
            return free.contains(&address).then_some(address);
        }
        let last = u64::try_from(free.len())
            .unwrap_or_default()
            .checked_sub(1)?;
        let index = usize::try_from(self.random.between(0, last)).unwrap_or_default();
        free.get(index).copied()
    }

    fn interfaces_in<'a>(
        &'a self,
        subnet_id: &'a str,
    ) -> impl Iterator<Item = &'a NetworkInterface> {
        self.all::<NetworkInterface>()
            .map(super::Record::value)
            .filter(move |interface| interface.subnet_id == subnet_id)
    }
}
