//! CreateVpcEndpoint: an interface endpoint to an endpoint service.

use super::families::{self, DnsOptions};
use super::{listing, network, placement, private_dns, resource, settle};
use crate::ec2::endpoint_services::{discovery, regions};
use crate::ec2::refusals::vpc_not_found;
use crate::ec2::{limits, tags};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{node, text};
use crate::world::network::Vpc;
use crate::world::private_link::Endpoint;
use crate::world::{Kind as _, Tags};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "CreateVpcEndpoint",
    limits: limits::ENDPOINT,
    run: create,
}];

const TYPES: &[&str] = &[
    "Interface",
    "Gateway",
    "GatewayLoadBalancer",
    "Resource",
    "ServiceNetwork",
];

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

struct Request {
    kind: String,
    vpc_id: String,
    service_name: String,
    service_region: String,
    subnets: Vec<placement::Wanted>,
    group_ids: Vec<String>,
    route_table_ids: Vec<String>,
    policy: Option<String>,
    private_dns_enabled: bool,
    address_type: String,
    dns: DnsOptions,
    token: Option<String>,
    tags: Tags,
}

fn create(call: &mut Call<'_>) -> Outcome {
    let kind = call.parameters.one_of("VpcEndpointType", TYPES)?;
    let kind = kind.unwrap_or_else(|| "Gateway".to_owned());
    if matches!(kind.as_str(), "Resource" | "ServiceNetwork") {
        return create_lattice(call, &kind);
    }
    let request = read(call, kind)?;
    let token = request.token.clone();
    if let Some(id) = replayed(call, token.as_deref())? {
        return answer(call, &id, token);
    }
    call.find::<Vpc>(&request.vpc_id)
        .ok_or_else(|| vpc_not_found(&request.vpc_id))?;
    let endpoint = plan(call, &request)?;
    let id = call.new_id("vpce");
    let named = (id.as_str(), request.address_type.as_str());
    let interfaces = placement::interfaces(call, named, &request.subnets, &endpoint.group_ids)?;
    let acceptance_required = endpoint.state == "pendingAcceptance";
    call.create(
        &id,
        request.tags,
        Endpoint {
            interface_ids: interfaces,
            ..endpoint
        },
    );
    if !acceptance_required {
        settle(call.world, &id);
    }
    call.spend_token(token.as_deref(), &id);
    answer(call, &id, token)
}

/// The endpoint, if every rule allows it; its interfaces are yet to be made.
fn plan(call: &mut Call<'_>, request: &Request) -> Result<Endpoint, Refusal> {
    if request.service_region != call.scope.region {
        regions::check_enabled(call, &request.service_region)?;
    }
    let service = discovery::find(call, &request.service_name, &request.service_region)?;
    check_type(request)?;
    let (service_id, zone_ids) = (service.id.to_owned(), service.value.zone_ids.clone());
    let acceptance_required = service.value.acceptance_required;
    families::check_service(service.value, &request.address_type)?;
    if request.private_dns_enabled {
        private_dns::check(call, &service, &request.vpc_id, acceptance_required, None)?;
    }
    let place = placement::Place {
        vpc_id: &request.vpc_id,
        service_name: &request.service_name,
        address_type: &request.address_type,
    };
    placement::check_subnets(call, &place, &zone_ids, &[], &request.subnets)?;
    let group_ids = placement::groups(call, &request.vpc_id, &request.group_ids)?;
    check_dns(request)?;
    let wanted = request.dns.record_type.as_deref();
    let dns_record_type = families::record_type(call, &request.address_type, wanted)?;
    check_quota(call, &request.vpc_id, "Interface")?;
    let state = if acceptance_required {
        "pendingAcceptance"
    } else {
        "pending"
    };
    Ok(Endpoint {
        vpc_id: request.vpc_id.clone(),
        service_id,
        service_name: request.service_name.clone(),
        state: state.to_owned(),
        subnet_ids: request
            .subnets
            .iter()
            .map(|wanted| wanted.subnet_id.clone())
            .collect(),
        group_ids,
        interface_ids: Vec::new(),
        private_dns_enabled: request.private_dns_enabled,
        address_type: request.address_type.clone(),
        dns_record_type,
        dns_label: call.world.random.letters(LETTERS, 8),
        connection_id: call.world.random.id("vpce-con"),
        round: 0,
        row_until: None,
        resource: None,
        network: None,
    })
}

/// Each type of endpoints is counted apart.
pub(super) fn check_quota(call: &Call<'_>, vpc_id: &str, kind: &str) -> Result<(), Refusal> {
    let name = match kind {
        "Resource" => "resource-endpoints-per-vpc",
        "ServiceNetwork" => "service-network-endpoints-per-vpc",
        _ => "vpc-endpoints-per-vpc",
    };
    let count = call
        .world
        .within::<Endpoint>(&call.scope)
        .filter(|endpoint| endpoint.value().vpc_id == vpc_id && endpoint.value().kind() == kind)
        .filter(|endpoint| endpoint.value().state != "deleted")
        .count();
    let account = &call.scope.account;
    if count < call.world.quota(account, name) {
        return Ok(());
    }
    Err(Refusal::new(
        "VpcEndpointLimitExceeded",
        format!("The maximum number of VPC endpoints has been reached for {vpc_id}"),
    ))
}

/// Rule 25: the type left out is Gateway, which no endpoint service is.
fn check_type(request: &Request) -> Result<(), Refusal> {
    if request.kind != "Interface" {
        let kind = &request.kind;
        return Err(Refusal::invalid_parameter(format!(
            "Endpoint type ({kind}) does not match service type (Interface)."
        )));
    }
    if !request.route_table_ids.is_empty() {
        return Err(Refusal::invalid_parameter(
            "Route table IDs are only supported for Gateway type VPC Endpoint.",
        ));
    }
    if request.policy.is_some() {
        return Err(Refusal::invalid_parameter(format!(
            "Endpoint policies are not supported by the service {}",
            request.service_name
        )));
    }
    Ok(())
}

fn check_dns(request: &Request) -> Result<(), Refusal> {
    if request.dns.only_for_inbound_resolver {
        return Err(Refusal::invalid_parameter(format!(
            "To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC {} must have a \
             Gateway endpoint for the service.",
            request.vpc_id
        )));
    }
    Ok(())
}

/// One that leads to something of Lattice's.
fn create_lattice(call: &mut Call<'_>, kind: &str) -> Outcome {
    let token = call.parameters.text("ClientToken");
    let target = match kind {
        "Resource" => "ResourceConfigurationArn",
        _ => "ServiceNetworkArn",
    };
    let request = resource::read(call, (kind, target))?;
    call.finish()?;
    if let Some(id) = replayed(call, token.as_deref())? {
        return answer(call, &id, token);
    }
    let id = match kind {
        "Resource" => resource::create(call, request)?,
        _ => network::create(call, request)?,
    };
    call.spend_token(token.as_deref(), &id);
    answer(call, &id, token)
}

fn read(call: &mut Call<'_>, kind: String) -> Result<Request, Refusal> {
    let region = call.scope.region.clone();
    let parameters = &mut call.parameters;
    if kind == "GatewayLoadBalancer" {
        return Err(Refusal::not_simulated(format!("endpoints of type {kind}")));
    }
    let vpc_id = parameters.required("VpcId")?;
    let service_name = parameters.required("ServiceName")?;
    if !service_name.starts_with("com.amazonaws.vpce.") {
        return Err(Refusal::not_simulated(format!(
            "endpoints to {service_name}"
        )));
    }
    let service_region = parameters.text("ServiceRegion").unwrap_or(region);
    let subnets = placement::read(parameters)?;
    let group_ids = parameters.list("SecurityGroupId")?;
    let route_table_ids = parameters.list("RouteTableId")?;
    let policy = parameters
        .text("PolicyDocument")
        .filter(|policy| !policy.is_empty());
    let private_dns_enabled = parameters.boolean("PrivateDnsEnabled")?.unwrap_or_default();
    let address_type = families::read(parameters)?.unwrap_or_else(|| "ipv4".to_owned());
    let dns = families::read_dns(parameters)?;
    let token = parameters.text("ClientToken");
    let tags = tags::specified(call, Endpoint::KIND)?;
    call.finish()?;
    Ok(Request {
        kind,
        vpc_id,
        service_name,
        service_region,
        subnets,
        group_ids,
        route_table_ids,
        policy,
        private_dns_enabled,
        address_type,
        dns,
        token,
        tags,
    })
}

/// The endpoint that the token made before, if it answers for it again (rule 11).
fn replayed(call: &Call<'_>, token: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(id) = call.spent_token(token)? else {
        return Ok(None);
    };
    let dead = call
        .world
        .live::<Endpoint>(&id)
        .is_none_or(|endpoint| matches!(endpoint.value().state.as_str(), "deleting" | "deleted"));
    Ok((!dead || call.world.doubts.is("spent-token", "replays")).then_some(id))
}

fn answer(call: &Call<'_>, id: &str, token: Option<String>) -> Outcome {
    let record = call.world.record::<Endpoint>(id);
    let members = record
        .map(|record| listing::row(call, &record.as_made()))
        .unwrap_or_default();
    let token = token.map(|token| text("clientToken", token));
    Ok(std::iter::once(node("vpcEndpoint", members))
        .chain(token)
        .collect())
}
