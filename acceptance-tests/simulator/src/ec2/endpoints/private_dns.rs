//! When private DNS may be on: the service's name, its verification, acceptance, the VPC (rule 4).

use crate::engine::Call;
use crate::wire::Refusal;
use crate::world::network::Vpc;
use crate::world::private_link::{Endpoint, EndpointService};
use crate::world::{Record, Seen};

/// Refuses private DNS where AWS does. `unaccepted`: the owner has yet to accept the connection;
/// `own_id`: the endpoint it is for, where there is one already.
pub(super) fn check(
    call: &Call<'_>,
    service: &Seen<'_, EndpointService>,
    vpc_id: &str,
    unaccepted: bool,
    own_id: Option<&str>,
) -> Result<(), Refusal> {
    let service_name = &service.value.name;
    let Some(name) = &service.value.private_dns else {
        return Err(Refusal::invalid_parameter(format!(
            "Private DNS can't be enabled because the service {service_name} does not provide a \
             private DNS name."
        )));
    };
    if unaccepted {
        return Err(Refusal::invalid_parameter(format!(
            "Private DNS can only be enabled after the endpoint connection is accepted by the \
             owner of {service_name}."
        )));
    }
    if name.state != "verified" {
        return Err(Refusal::invalid_parameter(format!(
            "Private DNS can't be enabled because the service {service_name} has not verified the \
             private DNS name."
        )));
    }
    let vpc = call.world.live::<Vpc>(vpc_id).map(Record::value);
    if !vpc.is_some_and(|vpc| vpc.dns_support && vpc.dns_hostnames) {
        return Err(Refusal::invalid_parameter(format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC \
             attributes set to true for {vpc_id}"
        )));
    }
    let conflict = call.world.within::<Endpoint>(&call.scope).any(|other| {
        let value = other.value();
        Some(other.id.as_str()) != own_id
            && value.vpc_id == vpc_id
            && value.private_dns_enabled
            && !matches!(value.state.as_str(), "deleting" | "deleted")
            && private_name(call, value).as_ref() == Some(&name.name)
    });
    if conflict {
        return Err(Refusal::invalid_parameter(format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain \
             for {} in the VPC {vpc_id}",
            name.name
        )));
    }
    Ok(())
}

/// The private name of the service that an endpoint leads to.
pub(super) fn private_name(call: &Call<'_>, endpoint: &Endpoint) -> Option<String> {
    let service = call.world.live::<EndpointService>(&endpoint.service_id)?;
    service
        .value()
        .private_dns
        .as_ref()
        .map(|name| name.name.clone())
}
