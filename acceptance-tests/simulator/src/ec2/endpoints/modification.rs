//! ModifyVpcEndpoint: subnets, security groups, private DNS. The endpoint is `pending` again afterwards.

use super::placement::{self, Place, Wanted};
use super::{exchange, families, fixed_addresses, private_dns, settle};
use crate::ec2::limits;
use crate::ec2::refusals::endpoint_not_found;
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::text;
use crate::world::network::NetworkInterface;
use crate::world::private_link::{Endpoint, EndpointService};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "ModifyVpcEndpoint",
    limits: limits::ENDPOINT,
    run: modify,
}];

struct Request {
    id: String,
    add_subnets: Vec<Wanted>,
    /// Of subnets that the endpoint stands in already.
    fixed: Vec<Wanted>,
    remove_subnets: Vec<String>,
    add_groups: Vec<String>,
    remove_groups: Vec<String>,
    private_dns_enabled: Option<bool>,
    address_type: Option<String>,
    record_type: Option<String>,
}

fn modify(call: &mut Call<'_>) -> Outcome {
    let request = read(call)?;
    let id = &request.id;
    let endpoint = call
        .find::<Endpoint>(id)
        .filter(|endpoint| !matches!(endpoint.value().state.as_str(), "deleting" | "deleted"))
        .ok_or_else(|| endpoint_not_found(call, id))?
        .value()
        .clone();
    check_state(call, &endpoint)?;
    check_resource(&request, &endpoint)?;
    check_names(&request, &endpoint)?;
    let group_ids = groups_after(call, &request, &endpoint)?;
    let (address_type, record_type) = families_after(call, &request, &endpoint)?;
    check_placement(call, &request, &endpoint, &address_type)?;
    let exchanges = exchange::plan(call, &endpoint, &request.fixed, &address_type)?;
    if request.private_dns_enabled == Some(true) && !endpoint.private_dns_enabled {
        check_private_dns(call, id, &endpoint)?;
    }
    let named = (id.as_str(), address_type.as_str());
    let added = placement::interfaces(call, named, &request.add_subnets, &group_ids)?;
    let exchanged = exchange::carry_out(call, named, &group_ids, &exchanges)?;
    let removed = interfaces_in(call, &endpoint, &request.remove_subnets);
    call.world.release_interfaces(&removed, 1_000, 10_000);
    let mut kept = endpoint.interface_ids.clone();
    kept.retain(|id| !removed.contains(id) && !exchanged.iter().any(|(old, _)| old == id));
    for interface in &kept {
        call.world
            .ripen::<NetworkInterface>(interface, |eni| group_ids.clone_into(&mut eni.group_ids));
    }
    exchange::refit(call.world, &kept, &address_type);
    call.world.change::<Endpoint>(id, |endpoint| {
        endpoint.group_ids = group_ids;
        endpoint
            .subnet_ids
            .retain(|subnet| !request.remove_subnets.contains(subnet));
        endpoint
            .subnet_ids
            .extend(request.add_subnets.iter().map(|one| one.subnet_id.clone()));
        endpoint
            .interface_ids
            .retain(|interface| !removed.contains(interface));
        for (old, new) in exchanged {
            let mut ids = endpoint.interface_ids.iter_mut();
            if let Some(id) = ids.find(|id| **id == old) {
                *id = new;
            }
        }
        endpoint.interface_ids.extend(added);
        if let Some(enabled) = request.private_dns_enabled {
            endpoint.private_dns_enabled = enabled;
        }
        endpoint.address_type = address_type;
        endpoint.dns_record_type = record_type;
    });
    if matches!(endpoint.state.as_str(), "available" | "pending") {
        settle(call.world, id);
    }
    Ok(vec![text("return", true)])
}

/// Whether AWS changes an endpoint that is not available is a doubt.
fn check_state(call: &Call<'_>, endpoint: &Endpoint) -> Result<(), Refusal> {
    if endpoint.state == "available" || call.world.doubts.is("modify-while-pending", "allowed") {
        return Ok(());
    }
    Err(Refusal::new(
        "IncorrectState",
        format!(
            "The VPC endpoint can't be modified in the state {}",
            endpoint.state
        ),
    ))
}

/// Of endpoints to something of Lattice's only the groups change.
fn check_resource(request: &Request, endpoint: &Endpoint) -> Result<(), Refusal> {
    let what = match () {
        () if endpoint.kind() == "Interface" => return Ok(()),
        () if !request.add_subnets.is_empty() || !request.remove_subnets.is_empty() => "SubnetIds",
        () if !request.fixed.is_empty() => "SubnetConfigurations",
        () if request.private_dns_enabled.is_some() => "PrivateDnsEnabled",
        () if request.address_type.is_some() => "IpAddressType",
        () if request.record_type.is_some() => "DnsOptions",
        () => return Ok(()),
    };
    Err(Refusal::invalid_parameter(format!(
        "Modifying {what} is not supported for {} type VPC Endpoints.",
        endpoint.kind()
    )))
}

/// Refuses to remove what is not there.
fn check_names(request: &Request, endpoint: &Endpoint) -> Result<(), Refusal> {
    let stranger = |named: &[String], present: &[String]| {
        named.iter().find(|id| !present.contains(id)).cloned()
    };
    let subnet = stranger(&request.remove_subnets, &endpoint.subnet_ids);
    // An address for a subnet that goes is one for a subnet that is not there.
    let going = |id: &String| request.remove_subnets.contains(id);
    let fixed = request.fixed.iter().map(|wanted| &wanted.subnet_id);
    let subnet = subnet.or_else(|| fixed.clone().find(|id| going(id)).cloned());
    let group = stranger(&request.remove_groups, &endpoint.group_ids);
    match subnet.or(group) {
        None => Ok(()),
        Some(id) => Err(Refusal::invalid_parameter(format!(
            "{id} is not associated with the VPC endpoint {}",
            request.id
        ))),
    }
}

fn groups_after(
    call: &Call<'_>,
    request: &Request,
    endpoint: &Endpoint,
) -> Result<Vec<String>, Refusal> {
    let mut group_ids = endpoint.group_ids.clone();
    group_ids.retain(|id| !request.remove_groups.contains(id));
    for id in &request.add_groups {
        if !group_ids.contains(id) {
            group_ids.push(id.clone());
        }
    }
    if request.add_groups.is_empty() && request.remove_groups.is_empty() {
        return Ok(group_ids);
    }
    if group_ids.is_empty() {
        return Err(Refusal::invalid_parameter(
            "An Interface VPC endpoint must have at least one security group",
        ));
    }
    placement::groups(call, &endpoint.vpc_id, &group_ids)
}

/// The types of addresses and DNS records, if the service and the subnets that stay have them.
fn families_after(
    call: &Call<'_>,
    request: &Request,
    endpoint: &Endpoint,
) -> Result<(String, String), Refusal> {
    let present = &endpoint.address_type;
    let address_type = request.address_type.as_ref().unwrap_or(present);
    if address_type != present {
        if let Some(service) = call.world.live::<EndpointService>(&endpoint.service_id) {
            families::check_service(service.value(), address_type)?;
        }
        let mut staying = endpoint.subnet_ids.clone();
        staying.retain(|id| !request.remove_subnets.contains(id));
        exchange::check_refit(call, endpoint, &staying, address_type)?;
    }
    let records = (
        endpoint.dns_record_type.as_str(),
        request.record_type.as_deref(),
    );
    let record_type = families::record_type_after(call, address_type, records)?;
    Ok((address_type.clone(), record_type))
}

/// A zone counts as taken even when its subnet goes in the same call (rule 1).
fn check_placement(
    call: &Call<'_>,
    request: &Request,
    endpoint: &Endpoint,
    address_type: &str,
) -> Result<(), Refusal> {
    let zone_ids = call
        .world
        .live::<EndpointService>(&endpoint.service_id)
        .map(|service| service.value().zone_ids.clone())
        .unwrap_or_default();
    let place = Place {
        vpc_id: &endpoint.vpc_id,
        service_name: &endpoint.service_name,
        address_type,
    };
    let present = &endpoint.subnet_ids;
    placement::check_subnets(call, &place, &zone_ids, present, &request.add_subnets)
}

fn check_private_dns(call: &Call<'_>, id: &str, endpoint: &Endpoint) -> Result<(), Refusal> {
    let unaccepted = !matches!(endpoint.state.as_str(), "available" | "pending");
    match call.world.live::<EndpointService>(&endpoint.service_id) {
        Some(service) => {
            let vpc_id = &endpoint.vpc_id;
            private_dns::check(call, &service.as_made(), vpc_id, unaccepted, Some(id))
        }
        None => Err(Refusal::invalid_parameter(format!(
            "Private DNS can't be enabled because the service {} does not exist",
            endpoint.service_name
        ))),
    }
}

fn interfaces_in(call: &Call<'_>, endpoint: &Endpoint, subnet_ids: &[String]) -> Vec<String> {
    let stands_there = |id: &&String| {
        call.world
            .live::<NetworkInterface>(id)
            .is_some_and(|eni| subnet_ids.contains(&eni.value().subnet_id))
    };
    endpoint
        .interface_ids
        .iter()
        .filter(stands_there)
        .cloned()
        .collect()
}

fn read(call: &mut Call<'_>) -> Result<Request, Refusal> {
    let parameters = &mut call.parameters;
    let id = parameters.required("VpcEndpointId")?;
    if parameters.has("AddRouteTableId") || parameters.has("RemoveRouteTableId") {
        return Err(Refusal::invalid_parameter(
            "Route table IDs are only supported for Gateway type VPC Endpoint.",
        ));
    }
    if parameters.has("PolicyDocument") || parameters.has("ResetPolicy") {
        return Err(Refusal::invalid_parameter(
            "Endpoint policies are not supported by the service of this endpoint",
        ));
    }
    let add_subnets = parameters.list("AddSubnetId")?;
    let mut add_subnets: Vec<Wanted> = add_subnets.into_iter().map(Wanted::plain).collect();
    let mut fixed = Vec::new();
    for wanted in fixed_addresses::read(parameters)? {
        let mut added = add_subnets.iter_mut();
        match added.find(|one| one.subnet_id == wanted.subnet_id) {
            Some(one) => *one = wanted,
            None => fixed.push(wanted),
        }
    }
    let request = Request {
        id,
        add_subnets,
        fixed,
        remove_subnets: parameters.list("RemoveSubnetId")?,
        add_groups: parameters.list("AddSecurityGroupId")?,
        remove_groups: parameters.list("RemoveSecurityGroupId")?,
        private_dns_enabled: parameters.boolean("PrivateDnsEnabled")?,
        address_type: families::read(parameters)?,
        record_type: families::read_dns(parameters)?.record_type,
    };
    call.finish()?;
    Ok(request)
}
