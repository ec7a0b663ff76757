//! ModifyVpcEndpointServiceConfiguration: load balancers, acceptance, private name, zones.

use super::{address_types, balancers, own, private_name, regions};
use crate::ec2::limits;
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::text;
use crate::world::private_link::EndpointService;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "ModifyVpcEndpointServiceConfiguration",
    limits: limits::ENDPOINT_SERVICE,
    run: modify,
}];

struct Request {
    id: String,
    private_dns_name: Option<String>,
    remove_private_dns_name: bool,
    acceptance_required: Option<bool>,
    add_arns: Vec<String>,
    remove_arns: Vec<String>,
    add_types: Vec<String>,
    remove_types: Vec<String>,
    add_regions: Vec<String>,
    remove_regions: Vec<String>,
}

fn modify(call: &mut Call<'_>) -> Outcome {
    let request = read(call)?;
    let service = own(call, &request.id)?.value();
    let arns = arns_after(call, service, &request)?;
    let (add, remove) = (&request.add_types, &request.remove_types);
    let address_types = address_types::changed(call, (&request.id, service), add, remove)?;
    if !request.add_arns.is_empty() || !add.is_empty() {
        address_types::check_balancers(call, &address_types, &arns)?;
    }
    let zone_ids = zones_after(call, service, &request, &arns);
    if !request.add_regions.is_empty() {
        regions::check_balancers(call, &arns, &zone_ids)?;
    }
    let private_dns = match (&request.private_dns_name, request.remove_private_dns_name) {
        (Some(name), _) => Some(Some(private_name::new(call.world, name.clone()))),
        (None, true) => Some(None),
        (None, false) => None,
    };
    call.world
        .change::<EndpointService>(&request.id, |service| {
            service.load_balancer_arns = arns;
            service.zone_ids = zone_ids;
            service.address_types = address_types;
            if let Some(required) = request.acceptance_required {
                service.acceptance_required = required;
            }
            if let Some(private_dns) = private_dns {
                service.private_dns = private_dns;
            }
            // Endpoints that are there stay connected.
            for region in &request.remove_regions {
                service.regions.remove(region);
            }
        });
    regions::support(call.world, &request.id, request.add_regions);
    if request.private_dns_name.is_some() {
        private_name::watch(call.world, &request.id);
    }
    Ok(vec![text("return", true)])
}

/// The load balancers after some are added and taken away (rule 6).
fn arns_after(
    call: &Call<'_>,
    service: &EndpointService,
    request: &Request,
) -> Result<Vec<String>, Refusal> {
    let mut arns = service.load_balancer_arns.clone();
    balancers::check(call, &request.add_arns)?;
    if let Some(stranger) = request.remove_arns.iter().find(|arn| !arns.contains(arn)) {
        return Err(Refusal::invalid_parameter(format!(
            "The load balancer {stranger} is not associated with the service"
        )));
    }
    if !request.remove_arns.is_empty() && balancers::is_connected(call.world, &request.id) {
        return Err(Refusal::invalid_parameter(
            "The load balancer can't be disassociated while endpoints are connected to the service.",
        ));
    }
    arns.retain(|arn| !request.remove_arns.contains(arn));
    arns.extend(request.add_arns.iter().cloned());
    if arns.is_empty() {
        return Err(Refusal::invalid_parameter(
            "The service must have at least one load balancer",
        ));
    }
    Ok(arns)
}

/// The zones are a snapshot: a call with nothing but the id takes it anew, load balancers bring theirs
/// and take them away, and nothing else touches it (rule 24).
fn zones_after(
    call: &Call<'_>,
    service: &EndpointService,
    request: &Request,
    arns: &[String],
) -> Vec<String> {
    let bare = request.private_dns_name.is_none()
        && !request.remove_private_dns_name
        && request.acceptance_required.is_none()
        && request.add_types.is_empty()
        && request.remove_types.is_empty()
        && request.add_regions.is_empty()
        && request.remove_regions.is_empty();
    if bare || !request.add_arns.is_empty() || !request.remove_arns.is_empty() {
        balancers::zone_ids(call, arns)
    } else {
        service.zone_ids.clone()
    }
}

fn read(call: &mut Call<'_>) -> Result<Request, Refusal> {
    let parameters = &mut call.parameters;
    let id = parameters.required("ServiceId")?;
    let private_dns_name = parameters.text("PrivateDnsName");
    let remove_private_dns_name = parameters
        .boolean("RemovePrivateDnsName")?
        .unwrap_or_default();
    let acceptance_required = parameters.boolean("AcceptanceRequired")?;
    let add_arns = parameters.list("AddNetworkLoadBalancerArn")?;
    let remove_arns = parameters.list("RemoveNetworkLoadBalancerArn")?;
    if parameters.has("AddGatewayLoadBalancerArn") || parameters.has("RemoveGatewayLoadBalancerArn")
    {
        return Err(Refusal::not_simulated("services of Gateway Load Balancers"));
    }
    let add_types = parameters.list("AddSupportedIpAddressType")?;
    let remove_types = parameters.list("RemoveSupportedIpAddressType")?;
    let add_regions = parameters.list("AddSupportedRegion")?;
    let remove_regions = parameters.list("RemoveSupportedRegion")?;
    call.finish()?;
    address_types::check_words(&add_types)?;
    address_types::check_words(&remove_types)?;
    let own_region = remove_regions.contains(&call.scope.region);
    let add_regions = regions::others(call, &add_regions)?;
    if own_region {
        return Err(Refusal::invalid_parameter(
            "The service's own region can't be removed from its supported regions",
        ));
    }
    if private_dns_name.is_some() && remove_private_dns_name {
        return Err(Refusal::combination(
            "PrivateDnsName and RemovePrivateDnsName can't be used together",
        ));
    }
    if let Some(name) = &private_dns_name {
        private_name::check(name)?;
    }
    Ok(Request {
        id,
        private_dns_name,
        remove_private_dns_name,
        acceptance_required,
        add_arns,
        remove_arns,
        add_types,
        remove_types,
        add_regions,
        remove_regions,
    })
}
