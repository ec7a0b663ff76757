//! VPCs, subnets and what AWS makes along with them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// A VPC.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Vpc {
    /// The primary block first; the texts are association ids.
    pub(crate) cidr_blocks: Vec<(String, Ipv4Net)>,
    #[serde(default)]
    pub(crate) ipv6_blocks: Vec<Ipv6Block>,
    pub(crate) is_default: bool,
    /// `pending` for a moment, then available.
    pub(crate) pending: bool,
    pub(crate) tenancy: String,
    pub(crate) dhcp_options_id: String,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) address_usage_metrics: bool,
}

/// An IPv6 block of a VPC or subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ipv6Block {
    pub(crate) association_id: String,
    pub(crate) block: Ipv6Net,
    /// Until then it is `associating`.
    pub(crate) associated_from: Moment,
}

/// A subnet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Subnet {
    pub(crate) vpc_id: String,
    /// None in a subnet of IPv6 only.
    pub(crate) cidr: Option<Ipv4Net>,
    #[serde(default)]
    pub(crate) ipv6: Option<Ipv6Block>,
    pub(crate) zone_name: String,
    pub(crate) zone_id: String,
    pub(crate) default_for_zone: bool,
}

/// An internet gateway, attached to one VPC at most.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct InternetGateway {
    pub(crate) vpc_id: Option<String>,
}

/// A route table. `main` serves every subnet of its VPC that has no table of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RouteTable {
    pub(crate) vpc_id: String,
    pub(crate) main_association: Option<String>,
    pub(crate) routes: Vec<Route>,
}

/// A route: destination and the id of where it leads (`local`, `igw-…`).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Route {
    pub(crate) destination: IpNet,
    pub(crate) gateway_id: String,
}

/// A network ACL. The default one serves every subnet without another.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NetworkAcl {
    pub(crate) vpc_id: String,
    pub(crate) is_default: bool,
    pub(crate) entries: Vec<AclEntry>,
    /// Subnets and the ids of their associations.
    pub(crate) associations: Vec<(String, String)>,
}

/// A numbered entry of a network ACL; 32767 is the final deny.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AclEntry {
    pub(crate) number: u32,
    pub(crate) egress: bool,
    pub(crate) allow: bool,
    /// A protocol number as text, `-1` for all.
    pub(crate) protocol: String,
    pub(crate) cidr: IpNet,
    pub(crate) ports: Option<(u16, u16)>,
}

/// A network interface that AWS manages for an endpoint, a load balancer or the like.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NetworkInterface {
    pub(crate) vpc_id: String,
    pub(crate) subnet_id: String,
    pub(crate) zone_name: String,
    pub(crate) zone_id: String,
    pub(crate) address: Option<Ipv4Addr>,
    #[serde(default)]
    pub(crate) ipv6_address: Option<Ipv6Addr>,
    /// A block of further addresses.
    #[serde(default)]
    pub(crate) prefix: Option<Ipv4Net>,
    pub(crate) group_ids: Vec<String>,
    pub(crate) owner: InterfaceOwner,
}

/// For whom an interface exists, in the words of DescribeNetworkInterfaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InterfaceOwner {
    /// `vpc_endpoint`, `network_load_balancer`, `interface` (ALB).
    pub(crate) interface_type: String,
    /// `VPC Endpoint Interface vpce-…`, `ELB net/name/id`, `ELB app/name/id`.
    pub(crate) description: String,
    /// The AWS account or service that asked for it.
    pub(crate) requester_id: String,
    /// `attachment.instance-owner-id`: `amazon-elb` for load balancers, `amazon-aws` for endpoints.
    pub(crate) instance_owner_id: String,
}

impl Subnet {
    /// Whether an address lies in one of its blocks.
    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.cidr.is_some_and(|block| block.contains(&address)),
            IpAddr::V6(address) => {
                let own = self.ipv6.as_ref();
                own.is_some_and(|own| own.block.contains(&address))
            }
        }
    }
}

impl NetworkInterface {
    /// Whether an address is one of its own.
    pub(crate) fn has(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => {
                self.address == Some(address)
                    || self.prefix.is_some_and(|block| block.contains(&address))
            }
            IpAddr::V6(address) => self.ipv6_address == Some(address),
        }
    }
}
