//! What a resource configuration leads to.

use aws_sdk_vpclattice::types::{
    ArnResource, DnsResource, IpResource, ResourceConfigurationDefinition as Definition,
    ResourceConfigurationIpAddressType as Family,
};
use serde::{Deserialize, Serialize};

/// What a resource configuration leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceTarget {
    /// A database of RDS, by its ARN: AWS makes a child for each of its endpoints.
    Arn(String),
    /// Whatever a name leads to.
    Dns {
        /// The name.
        name: String,
        /// `IPV4`, `IPV6` or `DUALSTACK`: which of its addresses are used.
        family: String,
    },
    /// An address.
    Ip(String),
    /// Its children, which are made one by one.
    Group {
        /// The domain below which their own names are; empty where they have none.
        domain: String,
    },
}

impl ResourceTarget {
    /// In Lattice's words; a group is defined by its children.
    pub(super) fn definition(&self) -> Option<Definition> {
        Some(match self {
            Self::Arn(arn) => Definition::ArnResource(ArnResource::builder().arn(arn).build()),
            Self::Dns { name, family } => Definition::DnsResource(
                DnsResource::builder()
                    .domain_name(name)
                    .ip_address_type(Family::from(family.as_str()))
                    .build(),
            ),
            Self::Ip(address) => {
                Definition::IpResource(IpResource::builder().ip_address(address).build())
            }
            Self::Group { .. } => return None,
        })
    }

    /// The domain of a group that has one.
    pub(super) fn group_domain(&self) -> Option<String> {
        match self {
            Self::Group { domain } => Some(domain.clone()).filter(|it| !it.is_empty()),
            _ => None,
        }
    }

    /// Whether it says itself by which ports it is reached.
    pub(super) fn takes_ports(&self) -> bool {
        matches!(self, Self::Dns { .. } | Self::Ip(_))
    }

    /// Read back; none for what there was not when this was written.
    pub(super) fn of(definition: &Definition) -> Option<Self> {
        match definition {
            Definition::ArnResource(it) => Some(Self::Arn(it.arn()?.to_owned())),
            Definition::DnsResource(it) => Some(Self::Dns {
                name: it.domain_name()?.to_owned(),
                family: it
                    .ip_address_type()
                    .map_or("IPV4", Family::as_str)
                    .to_owned(),
            }),
            Definition::IpResource(it) => Some(Self::Ip(it.ip_address()?.to_owned())),
            _ => None,
        }
    }

    /// Whether AWS changes one into the other in place: addresses alone.
    /// Source: UpdateResourceConfiguration's refusal of others.
    pub fn becomes(&self, other: &Self) -> bool {
        self == other || matches!((self, other), (Self::Ip(_), Self::Ip(_)))
    }
}
