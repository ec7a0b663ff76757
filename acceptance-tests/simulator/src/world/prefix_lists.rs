//! Prefix lists of AWS's own: addresses of services that rules of security groups may name.

use std::net::{IpAddr, Ipv4Addr};

use crate::random::hash;

/// The services that have a list of IPv4 addresses in every region.
/// Source: the VPC guide, "AWS-managed prefix lists".
pub(crate) const SERVICES: &[&str] = &["dynamodb", "s3", "vpc-lattice"];

/// An address of VPC Lattice's list, behind which a network's resources are found. Source: the Lattice guide,
/// "Security groups": 129.224.0.0/17.
pub(crate) const LATTICE: Ipv4Addr = Ipv4Addr::new(129, 224, 0, 1);

/// The id of a service's list in a region.
pub(crate) fn id_of(region: &str, service: &str) -> String {
    format!("pl-0{:016x}", hash(0, &["prefix-list", region, service]))
}

/// Whether an address is known to be in a list, which is named in this region.
pub(crate) fn holds(region: &str, id: &str, address: IpAddr) -> bool {
    address == LATTICE && id == id_of(region, "vpc-lattice")
}
