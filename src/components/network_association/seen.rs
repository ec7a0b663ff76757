//! What AWS shows of a resource configuration's association with a service network.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::VpcEndpointAssociation;
use aws_sdk_vpclattice::operation::get_service_network_resource_association::GetServiceNetworkResourceAssociationOutput as Output;
use aws_sdk_vpclattice::types::{
    DnsEntry, ServiceNetworkResourceAssociationStatus as Status,
    ServiceNetworkResourceAssociationSummary as Row, VerificationStatus,
};
use serde::{Deserialize, Serialize};

use crate::aws::Tags;
use crate::aws::ownership::{Mark, VPC};
use crate::components::network_entry::{Door, NetworkEntry};
use crate::components::resource_endpoint::ResourceName;
use crate::components::resource_endpoint::seen::failures;
use crate::engine::Fact;

/// What can be seen of an association.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenNetworkAssociation {
    /// `snra-…`.
    pub id: Fact<String>,
    /// Its ARN.
    pub arn: Fact<String>,
    /// `ACTIVE`, `CREATE_IN_PROGRESS`, ….
    pub status: Fact<String>,
    /// Why AWS could not make or delete it; empty if it could.
    pub failure: Fact<String>,
    /// The id of the network.
    pub network: Fact<String>,
    /// The ARN of the resource configuration.
    pub configuration: Fact<String>,
    /// Whether names of what is shared may lead to it.
    pub private_dns: Fact<bool>,
    /// The VPC that it is there for, as its tags say.
    pub vpc: Fact<String>,
    /// The way from that VPC into the network; nothing where there is none.
    pub entry: Fact<Option<NetworkEntry>>,
    /// What clients in the VPC reach, by which names.
    pub names: Fact<BTreeSet<ResourceName>>,
    /// Why something is out of their reach; empty if nothing is.
    pub obstacle: Fact<String>,
    /// The own names of what the association brings into the network, by the id of their configurations.
    pub own_names: BTreeMap<String, String>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

/// Something that an association brings into its network.
pub(super) struct Brought {
    configuration: String,
    name: String,
    own_name: String,
    is_verified: bool,
}

/// An association as AWS shows it, without what clients see of it.
pub(in crate::components) fn seen(found: &Output, tags: Fact<Tags>) -> SeenNetworkAssociation {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
    let why = found.failure_reason().or(found.failure_code());
    let known = tags.known();
    let vpc = known.and_then(|tags| tags.get(VPC).cloned());
    SeenNetworkAssociation {
        id: text(found.id()),
        arn: text(found.arn()),
        status: text(found.status().map(Status::as_str)),
        failure: text(why),
        network: text(found.service_network_id()),
        configuration: text(found.resource_configuration_arn()),
        private_dns: found.private_dns_enabled().into(),
        vpc: vpc.into(),
        entry: Fact::Later,
        names: Fact::Later,
        obstacle: Fact::Later,
        own_names: BTreeMap::new(),
        generation: known.map_or(1, |tags| Mark::read(tags).generation),
        tags,
    }
}

/// What is reached through the association itself, where it is not one of a group or a database.
pub(super) fn itself(found: &Output) -> Option<Brought> {
    let verification = found.domain_verification_status();
    Some(Brought {
        configuration: found.resource_configuration_id()?.to_owned(),
        name: domain(found.dns_entry())?,
        own_name: domain(found.private_dns_entry()).unwrap_or_default(),
        is_verified: verification == Some(&VerificationStatus::Verified),
    })
}

/// What is reached through those that came with it.
pub(super) fn children(rows: &[Row]) -> Vec<Brought> {
    let brought = rows.iter().filter_map(|row| {
        Some(Brought {
            configuration: row.resource_configuration_id()?.to_owned(),
            name: domain(row.dns_entry())?,
            own_name: domain(row.private_dns_entry()).unwrap_or_default(),
            // No list tells.
            is_verified: false,
        })
    });
    brought.collect()
}

fn domain(entry: Option<&DnsEntry>) -> Option<String> {
    let name = entry?.domain_name()?;
    Some(name.to_owned())
}

impl SeenNetworkAssociation {
    /// Whether there is anything to reach through it.
    pub(super) fn is_active(&self) -> bool {
        let status = self.status.known().map(String::as_str);
        matches!(status, Some("ACTIVE" | "PARTIAL"))
    }

    /// The same, as clients see it who come by this way. Without any there are the names that the
    /// network's VPCs would use.
    pub(super) fn by_way(
        mut self,
        entry: Option<NetworkEntry>,
        brought: &[Brought],
        rows: &[VpcEndpointAssociation],
    ) -> Self {
        let own = brought.iter().filter(|it| !it.own_name.is_empty());
        self.own_names = own
            .map(|it| (it.configuration.clone(), it.own_name.clone()))
            .collect();
        let names: BTreeSet<ResourceName> = match entry.as_ref().map(|it| &it.door) {
            Some(Door::Endpoint(_)) => self.at_endpoint(rows),
            door => brought.iter().map(|it| name(it, door)).collect(),
        };
        self.names = names.into();
        let mine = rows.iter().filter(|row| self.is_about(row));
        self.obstacle = failures(mine).into();
        self.entry = entry.into();
        self
    }

    /// Whether an endpoint's row is about what this association has brought into the network.
    fn is_about(&self, row: &VpcEndpointAssociation) -> bool {
        let own = self.configuration.known().map(String::as_str);
        own.is_some()
            && (row.associated_resource_arn() == own
                || row.resource_configuration_group_arn() == own)
    }

    fn at_endpoint(&self, rows: &[VpcEndpointAssociation]) -> BTreeSet<ResourceName> {
        let mine = rows.iter().filter(|row| self.is_about(row));
        mine.filter_map(ResourceName::of).collect()
    }
}

/// The names of something in the network for a VPC that is in it as well.
fn name(it: &Brought, door: Option<&Door>) -> ResourceName {
    let leads = match door {
        Some(Door::Association(taken)) => taken.cover(&it.own_name, it.is_verified),
        _ => false,
    };
    ResourceName {
        configuration: it.configuration.clone(),
        name: it.name.clone(),
        private_name: match leads {
            true => it.own_name.clone(),
            false => String::new(),
        },
    }
}
