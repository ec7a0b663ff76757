//! Which resource configuration may be put into which service network.

use super::refusals::{CONFIGURATION, NETWORK_RESOURCE, conflict, denied, quota};
use super::sight::{configuration, network};
use crate::engine::Call;
use crate::wire::Refusal;
use crate::world::Record;
use crate::world::lattice::ResourceConfiguration;
use crate::world::service_network::{NetworkResource, ServiceNetwork};

/// The ids of a network and a configuration that may be joined.
pub(super) fn check(
    call: &Call<'_>,
    network_identifier: &str,
    configuration_identifier: &str,
) -> Result<(String, String), Refusal> {
    let network = network(call, network_identifier)?;
    let configuration = configuration(call, configuration_identifier)?;
    check_owners(call, network, configuration)?;
    if configuration.value().status.ends_with("_IN_PROGRESS") {
        let (id, status) = (&configuration.id, &configuration.value().status);
        let message = format!("ResourceConfiguration {id} is {status}");
        return Err(conflict(CONFIGURATION, id, message));
    }
    let all = call.world.all::<NetworkResource>();
    let inside = all.filter(|it| it.value().network_id == network.id);
    let present: Vec<_> = inside.collect();
    let same = |it: &&&Record<NetworkResource>| it.value().configuration_id == configuration.id;
    if let Some(same) = present.iter().find(same) {
        let message = "Association already exists";
        return Err(conflict(NETWORK_RESOURCE, &same.id, message));
    }
    let quota_name = "resource-configurations-per-service-network";
    if present.len() >= call.world.quota(&network.scope.account, quota_name) {
        return Err(quota(NETWORK_RESOURCE, quota_name));
    }
    Ok((network.id.clone(), configuration.id.clone()))
}

/// Nobody joins two things of others, and what may not be shared further stays out of networks that can
/// be shared.
fn check_owners(
    call: &Call<'_>,
    network: &Record<ServiceNetwork>,
    configuration: &Record<ResourceConfiguration>,
) -> Result<(), Refusal> {
    let own_network = network.scope == call.scope;
    let own_configuration = configuration.scope == call.scope;
    let id = &configuration.id;
    if !own_network && !own_configuration {
        let message = format!("{id} and {} both belong to other accounts", network.id);
        return Err(denied(message));
    }
    if !network.value().shareable {
        return Ok(());
    }
    let shareable = allows_shareable(call, configuration);
    let shared_in = !own_configuration && call.world.doubts.is("shared-into-shareable", "refused");
    match shareable && !shared_in {
        true => Ok(()),
        false => Err(denied(format!(
            "The resource configuration {id} can't be associated with a service network that is \
             enabled for sharing"
        ))),
    }
}

/// A child goes where its group may go.
fn allows_shareable(call: &Call<'_>, configuration: &Record<ResourceConfiguration>) -> bool {
    let group = configuration.value().group_id.as_deref();
    let group = group.and_then(|id| call.world.live::<ResourceConfiguration>(id));
    group.unwrap_or(configuration).value().shareable_networks
}
