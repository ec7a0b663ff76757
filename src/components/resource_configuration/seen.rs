//! What AWS shows of a resource configuration.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_vpclattice::operation::get_resource_configuration::GetResourceConfigurationOutput;
use aws_sdk_vpclattice::types::{
    ResourceConfigurationStatus as Status, ResourceConfigurationType, VerificationStatus,
};
use serde::{Deserialize, Serialize};

use super::ResourceTarget;
use crate::aws::Tags;
use crate::aws::ownership::Mark;
use crate::engine::{Fact, Found, Sighting};

/// What can be seen of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenConfiguration {
    /// `rcfg-…`.
    pub id: Fact<String>,
    /// Its ARN.
    pub arn: Fact<String>,
    /// Its name.
    pub name: Fact<String>,
    /// `ACTIVE`, `CREATE_IN_PROGRESS`, ….
    pub status: Fact<String>,
    /// Why AWS could not make or change it; empty if it could.
    pub failure: Fact<String>,
    /// The gateway through which it is reached.
    pub gateway: Fact<String>,
    /// The group that it belongs to; empty for none.
    #[serde(default)]
    pub group: Fact<String>,
    /// The names of what AWS has made below it, by id, where they were asked for.
    #[serde(default)]
    pub children: BTreeMap<String, String>,
    /// Whether they were.
    #[serde(default)]
    pub tells_children: bool,
    /// What it leads to; nothing for what there was not when this was written.
    pub target: Fact<Option<ResourceTarget>>,
    /// Ports, such as `5432` or `6000-6010`.
    pub ports: Fact<BTreeSet<String>>,
    /// The name that consumers may give it in their VPCs; empty for none.
    pub custom_domain: Fact<String>,
    /// `dv-…` of that name's domain; empty for none.
    #[serde(default)]
    pub proof: Fact<String>,
    /// `VERIFIED`, `PENDING`, …; empty where nothing is to be verified.
    pub verification: Fact<String>,
    /// Whether consumers may put it into networks that others share.
    pub shareable: Fact<bool>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

impl SeenConfiguration {
    /// Whether it is a group of others.
    pub fn is_group(&self) -> bool {
        matches!(
            self.target.known(),
            Some(Some(ResourceTarget::Group { .. }))
        )
    }
}

pub(super) fn sighting(seen: SeenConfiguration) -> Sighting<SeenConfiguration> {
    let dying = seen
        .status
        .known()
        .is_some_and(|status| status == "DELETE_IN_PROGRESS");
    Sighting::Found(Found {
        id: seen.id.known().cloned().unwrap_or_default(),
        generation: seen.generation,
        dying,
        seen,
    })
}

/// A configuration as AWS shows it.
pub(in crate::components) fn seen(
    configuration: &GetResourceConfigurationOutput,
    tags: Fact<Tags>,
) -> SeenConfiguration {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
    let generation = tags.known().map_or(1, |tags| Mark::read(tags).generation);
    let target = match configuration.r#type() {
        Some(ResourceConfigurationType::Group) => {
            let domain = configuration.group_domain().unwrap_or_default().to_owned();
            Some(ResourceTarget::Group { domain })
        }
        _ => {
            let definition = configuration.resource_configuration_definition();
            definition.and_then(ResourceTarget::of)
        }
    };
    let verification = configuration.domain_verification_status();
    SeenConfiguration {
        id: text(configuration.id()),
        arn: text(configuration.arn()),
        name: text(configuration.name()),
        status: text(configuration.status().map(Status::as_str)),
        failure: text(configuration.failure_reason()),
        gateway: text(configuration.resource_gateway_id()),
        group: text(configuration.resource_configuration_group_id()),
        children: BTreeMap::new(),
        tells_children: false,
        target: Fact::Known(target),
        ports: configuration
            .port_ranges()
            .iter()
            .cloned()
            .collect::<BTreeSet<_>>()
            .into(),
        custom_domain: text(configuration.custom_domain_name()),
        proof: text(configuration.domain_verification_id()),
        verification: text(verification.map(VerificationStatus::as_str)),
        shareable: configuration
            .allow_association_to_shareable_service_network()
            .into(),
        tags,
        generation,
    }
}
