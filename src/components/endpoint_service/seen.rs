//! What AWS shows of an endpoint service.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{ServiceConfiguration, ServiceState};
use serde::{Deserialize, Serialize};

use crate::aws::Tags;
use crate::aws::inventory::ec2_tags;
use crate::aws::ownership::Mark;
use crate::engine::{Fact, Found, Sighting};

/// What can be seen of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenService {
    /// `vpce-svc-…`.
    pub id: Fact<String>,
    /// `com.amazonaws.vpce.REGION.vpce-svc-…`.
    pub name: Fact<String>,
    /// Its state, as AWS writes it, in lower case.
    pub state: Fact<String>,
    /// Its network load balancers.
    pub balancers: Fact<BTreeSet<String>>,
    /// Whether a connection must be accepted.
    pub acceptance_required: Fact<bool>,
    /// The ids of the zones it offers.
    pub zone_ids: Fact<BTreeSet<String>>,
    /// The same zones by their names in the service's account.
    #[serde(default)]
    pub zones: Fact<BTreeSet<String>>,
    /// The address families of its endpoints.
    #[serde(default)]
    pub ip_address_types: Fact<BTreeSet<String>>,
    /// The regions from which it can be reached, its own among them, with the state of each in lower
    /// case.
    #[serde(default)]
    pub regions: Fact<BTreeMap<String, String>>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

pub(super) fn sighting(service: &ServiceConfiguration) -> Sighting<SeenService> {
    if state(service) == "deleted" {
        return Sighting::Absent;
    }
    let seen = seen(service);
    let id = service.service_id().unwrap_or_default().to_owned();
    let generation = seen.generation;
    Sighting::Found(Found {
        id,
        generation,
        dying: is_dying(service),
        seen,
    })
}

/// A service as AWS shows it.
pub(in crate::components) fn seen(service: &ServiceConfiguration) -> SeenService {
    let tags = ec2_tags(service.tags());
    let set = |items: &[String]| items.iter().cloned().collect::<BTreeSet<_>>();
    SeenService {
        id: service.service_id().unwrap_or_default().to_owned().into(),
        name: service.service_name().unwrap_or_default().to_owned().into(),
        state: state(service).into(),
        balancers: set(service.network_load_balancer_arns()).into(),
        acceptance_required: service.acceptance_required().unwrap_or_default().into(),
        zone_ids: set(service.availability_zone_ids()).into(),
        zones: set(service.availability_zones()).into(),
        ip_address_types: types(service).into(),
        regions: regions(service).into(),
        generation: Mark::read(&tags).generation,
        tags: tags.into(),
    }
}

/// AWS shows none where nobody has said any.
fn types(service: &ServiceConfiguration) -> BTreeSet<String> {
    let shown = service.supported_ip_address_types().iter();
    let shown: BTreeSet<String> = shown.map(|it| it.as_str().to_lowercase()).collect();
    match shown.is_empty() {
        true => BTreeSet::from(["ipv4".to_owned()]),
        false => shown,
    }
}

fn regions(service: &ServiceConfiguration) -> BTreeMap<String, String> {
    let rows = service.supported_regions().iter();
    rows.filter_map(|row| {
        let state = row.service_state().unwrap_or("available").to_lowercase();
        Some((row.region()?.to_owned(), state))
    })
    .collect()
}

fn state(service: &ServiceConfiguration) -> String {
    service
        .service_state()
        .map_or("available", ServiceState::as_str)
        .to_lowercase()
}

/// Whether it is on its way out.
pub(in crate::components) fn is_dying(service: &ServiceConfiguration) -> bool {
    matches!(state(service).as_str(), "deleting" | "deleted")
}
