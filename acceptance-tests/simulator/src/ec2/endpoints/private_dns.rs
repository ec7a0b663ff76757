//! When private DNS may be on: the service's name, its verification, acceptance, the VPC (rule 4).

use crate::engine::Call;
use crate::lattice::{self, Wanted};
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
    check_vpc(call, vpc_id)?;
    check_free(call, vpc_id, &name.name, own_id)
}

/// Refuses private DNS of something of Lattice's where the VPC can't have it, or has one of the names
/// already. A name that gets no zone is refused by nobody.
pub(super) fn check_names(
    call: &Call<'_>,
    vpc_id: &str,
    enabled: bool,
    names: &[Wanted<'_>],
) -> Result<(), Refusal> {
    if enabled {
        check_vpc(call, vpc_id)?;
    }
    names
        .iter()
        .try_for_each(|wanted| check_free(call, vpc_id, &wanted.name, None))
}

/// Refuses a VPC in which private names don't resolve.
fn check_vpc(call: &Call<'_>, vpc_id: &str) -> Result<(), Refusal> {
    let vpc = call.world.live::<Vpc>(vpc_id).map(Record::value);
    match vpc.is_some_and(|vpc| vpc.dns_support && vpc.dns_hostnames) {
        true => Ok(()),
        false => Err(Refusal::invalid_parameter(format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC \
             attributes set to true for {vpc_id}"
        ))),
    }
}

/// Refuses a name that another endpoint in the VPC has.
fn check_free(
    call: &Call<'_>,
    vpc_id: &str,
    name: &str,
    own_id: Option<&str>,
) -> Result<(), Refusal> {
    let conflict = call.world.within::<Endpoint>(&call.scope).any(|other| {
        let value = other.value();
        Some(other.id.as_str()) != own_id
            && value.vpc_id == vpc_id
            && !matches!(value.state.as_str(), "deleting" | "deleted")
            && private_names(call, other).iter().any(|it| it == name)
    });
    match conflict {
        false => Ok(()),
        true => Err(conflicting(name, vpc_id)),
    }
}

pub(super) fn conflicting(name: &str, vpc_id: &str) -> Refusal {
    Refusal::invalid_parameter(format!(
        "private-dns-enabled cannot be set because there is already a conflicting DNS domain for \
         {name} in the VPC {vpc_id}"
    ))
}

/// The private names that an endpoint gives its VPC.
fn private_names(call: &Call<'_>, endpoint: &Record<Endpoint>) -> Vec<String> {
    if endpoint.value().kind() != "Interface" {
        let zones = lattice::zones_of(call.world, endpoint).into_iter();
        return zones.map(|zone| zone.name).collect();
    }
    let enabled = Some(endpoint.value()).filter(|it| it.private_dns_enabled);
    let name = enabled.and_then(|it| private_name(call, it));
    name.into_iter().collect()
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
