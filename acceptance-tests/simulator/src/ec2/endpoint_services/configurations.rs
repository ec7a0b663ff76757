//! Endpoint services made, listed and deleted.

use std::collections::BTreeMap;

use super::connections::unsuccessful;
use super::{address_types, balancers, own, private_name, regions};
use crate::ec2::events::Event;
use crate::ec2::lists::{CLAMPED_PAGE, List};
use crate::ec2::refusals::service_not_found;
use crate::ec2::{limits, notifications, tags};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Element, Members, item_texts, items, node, text};
use crate::world::load_balancing::LoadBalancer;
use crate::world::private_link::{Endpoint, EndpointService, Notified};
use crate::world::{self, Kind as _, Seen, Tags, World};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateVpcEndpointServiceConfiguration",
        limits: limits::ENDPOINT_SERVICE,
        run: create,
    },
    Operation {
        name: "DescribeVpcEndpointServiceConfigurations",
        limits: limits::DESCRIBE,
        run: describe,
    },
    Operation {
        name: "DeleteVpcEndpointServiceConfigurations",
        limits: limits::ENDPOINT_SERVICE,
        run: delete,
    },
];

const FACETS: &[Facet<EndpointService>] = &[
    ("service-id", |service| vec![service.id.to_owned()]),
    ("service-name", |service| vec![service.value.name.clone()]),
    ("service-state", |service| vec![service.value.state.clone()]),
    ("supported-ip-address-types", |service| {
        service.value.address_types.clone()
    }),
];

struct Request {
    acceptance_required: bool,
    private_dns_name: Option<String>,
    arns: Vec<String>,
    address_types: Vec<String>,
    regions: Vec<String>,
    token: Option<String>,
    tags: Tags,
}

fn create(call: &mut Call<'_>) -> Outcome {
    let request = read(call)?;
    let token = request.token.clone();
    if let Some(id) = replayed(call, token.as_deref())? {
        return answer(call, &id, token);
    }
    balancers::check(call, &request.arns)?;
    address_types::check_balancers(call, &request.address_types, &request.arns)?;
    let count = call.world.within::<EndpointService>(&call.scope).count();
    if count
        >= call
            .world
            .quota(&call.scope.account, "endpoint-services-per-region")
    {
        return Err(Refusal::new(
            "VpcEndpointServiceLimitExceeded",
            "The maximum number of VPC endpoint services has been reached.",
        ));
    }
    let zone_ids = balancers::zone_ids(call, &request.arns);
    if !request.regions.is_empty() {
        regions::check_balancers(call, &request.arns, &zone_ids)?;
    }
    let id = call.new_id("vpce-svc");
    let state = call.world.doubts.reading("service-create-state");
    let private_dns = request
        .private_dns_name
        .map(|name| private_name::new(call.world, name));
    let service = EndpointService {
        name: format!("com.amazonaws.vpce.{}.{id}", call.scope.region),
        state: state.to_owned(),
        acceptance_required: request.acceptance_required,
        zone_ids,
        load_balancer_arns: request.arns,
        address_types: request.address_types,
        private_dns,
        regions: BTreeMap::new(),
        permissions: BTreeMap::new(),
    };
    call.create(&id, request.tags, service);
    if state == "Pending" {
        let event = Event::ServiceAvailable(id.clone());
        call.world
            .schedule(10_000, 10_000, world::Event::Ec2(event));
    }
    private_name::watch(call.world, &id);
    regions::support(call.world, &id, request.regions);
    call.spend_token(token.as_deref(), &id);
    answer(call, &id, token)
}

fn read(call: &mut Call<'_>) -> Result<Request, Refusal> {
    let parameters = &mut call.parameters;
    let acceptance_required = parameters.boolean("AcceptanceRequired")?.unwrap_or(true);
    let private_dns_name = parameters.text("PrivateDnsName");
    let arns = parameters.list("NetworkLoadBalancerArn")?;
    if parameters.has("GatewayLoadBalancerArn") {
        return Err(Refusal::not_simulated("services of Gateway Load Balancers"));
    }
    let address_types = parameters.list("SupportedIpAddressType")?;
    let regions = parameters.list("SupportedRegion")?;
    let token = parameters.text("ClientToken");
    let tags = tags::specified(call, EndpointService::KIND)?;
    call.finish()?;
    address_types::check_words(&address_types)?;
    let regions = regions::others(call, &regions)?;
    if arns.is_empty() {
        return Err(Refusal::missing("NetworkLoadBalancerArn"));
    }
    if let Some(name) = &private_dns_name {
        private_name::check(name)?;
    }
    Ok(Request {
        acceptance_required,
        private_dns_name,
        arns,
        address_types: address_types::of_new(&address_types),
        regions,
        token,
        tags,
    })
}

/// The service that the token made before, if it answers for it again (rule 11).
fn replayed(call: &Call<'_>, token: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(id) = call.spent_token(token)? else {
        return Ok(None);
    };
    let dead = call.world.live::<EndpointService>(&id).is_none();
    Ok((!dead || call.world.doubts.is("spent-token", "replays")).then_some(id))
}

fn answer(call: &Call<'_>, id: &str, token: Option<String>) -> Outcome {
    let record = call.world.record::<EndpointService>(id);
    let members = record
        .map(|record| row(call, &record.as_made()))
        .unwrap_or_default();
    let token = token.map(|token| text("clientToken", token));
    Ok(std::iter::once(node("serviceConfiguration", members))
        .chain(token)
        .collect())
}

fn describe(call: &mut Call<'_>) -> Outcome {
    List::<EndpointService> {
        ids: "ServiceId",
        facets: FACETS,
        page: CLAMPED_PAGE,
        answer: "serviceConfigurationSet",
        not_found: service_not_found,
        row,
    }
    .run(call)
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let ids = call.parameters.list("ServiceId")?;
    call.finish()?;
    if ids.is_empty() {
        return Err(Refusal::missing("ServiceId"));
    }
    let whole_call = call.world.doubts.is("unknown-service-on-delete", "call");
    let mut failed = Vec::new();
    for id in ids {
        match check_deletable(call, &id) {
            Ok(()) => begin_delete(call.world, &id),
            Err(refusal) if whole_call && refusal.code.ends_with(".NotFound") => {
                return Err(refusal);
            }
            Err(refusal) => failed.push((id, refusal)),
        }
    }
    Ok(vec![unsuccessful(failed)])
}

fn check_deletable(call: &Call<'_>, id: &str) -> Result<(), Refusal> {
    own(call, id)?;
    let deleting_blocks = call.world.doubts.is("deleting-blocks-service", "yes");
    let blocked = balancers::is_connected(call.world, id)
        || deleting_blocks
            && call.world.all::<Endpoint>().any(|endpoint| {
                endpoint.value().service_id == id && endpoint.value().state == "deleting"
            });
    if blocked {
        return Err(Refusal::new(
            "ExistingVpcEndpointConnections",
            "Service has existing active VPC Endpoint connections!",
        ));
    }
    Ok(())
}

fn begin_delete(world: &mut World, id: &str) {
    let deleting = world
        .live::<EndpointService>(id)
        .is_some_and(|service| service.value().state == "Deleting");
    if !deleting {
        world.change::<EndpointService>(id, |service| service.state = "Deleting".to_owned());
        let event = Event::ServiceGone(id.to_owned());
        world.schedule(15_000, 25_000, world::Event::Ec2(event));
    }
}

/// A service leaves `Pending`.
pub(in crate::ec2) fn available(world: &mut World, id: &str) {
    world.ripen::<EndpointService>(id, |service| {
        if service.state == "Pending" {
            service.state = "Available".to_owned();
        }
    });
}

/// A service is gone; its load balancers stay held for a while (rule 6).
pub(in crate::ec2) fn gone(world: &mut World, id: &str) {
    let arns = world
        .live::<EndpointService>(id)
        .map(|service| service.value().load_balancer_arns.clone())
        .unwrap_or_default();
    world.remove::<EndpointService>(id);
    notifications::forget(world, &Notified::Service(id.to_owned()));
    let (low, high) = match world.doubts.reading("balancer-held-after-service") {
        "not-at-all" => (0, 0),
        "five-minutes" => (240_000, 300_000),
        _ => (20_000, 60_000),
    };
    for arn in arns {
        let until = world.draw_wait(low, high);
        world.ripen::<LoadBalancer>(&arn, |balancer| balancer.held_until = Some(until));
    }
}

fn row(call: &Call<'_>, service: &Seen<'_, EndpointService>) -> Members {
    let value = service.value;
    let region = &service.scope.region;
    let zone_names: Vec<String> = call
        .world
        .zones(service.scope)
        .into_iter()
        .filter(|zone| value.zone_ids.iter().any(|id| id == zone.id))
        .map(|zone| zone.name)
        .collect();
    let mut members = vec![
        service_type(),
        text("serviceId", service.id),
        text("serviceName", &value.name),
        text("serviceState", &value.state),
        item_texts("availabilityZoneIdSet", &value.zone_ids),
        item_texts("availabilityZoneSet", zone_names),
        text("acceptanceRequired", value.acceptance_required),
        text("managesVpcEndpoints", false),
        item_texts("networkLoadBalancerArnSet", &value.load_balancer_arns),
        item_texts("supportedIpAddressTypeSet", &value.address_types),
        item_texts("baseEndpointDnsNameSet", [base_name(service.id, region)]),
    ];
    if let Some(name) = &value.private_dns {
        members.push(text("privateDnsName", &name.name));
        members.push(node(
            "privateDnsNameConfiguration",
            vec![
                text("state", &name.state),
                text("type", "TXT"),
                text("value", &name.value),
                text("name", &name.record),
            ],
        ));
    }
    members.extend([
        items("supportedRegionSet", regions::rows(value, region)),
        text("remoteAccessEnabled", !value.regions.is_empty()),
        tags::tag_set(service.tags),
    ]);
    members
}

/// `<serviceType>` of every service that is simulated.
pub(super) fn service_type() -> Element {
    items("serviceType", [vec![text("serviceType", "Interface")]])
}

/// The name under which endpoints of a service get theirs.
pub(super) fn base_name(service_id: &str, region: &str) -> String {
    format!("{service_id}.{region}.vpce.amazonaws.com")
}
