//! CreateLoadBalancer. A name is an identity: the same name with the same settings is the same load
//! balancer, whoever made it.

use std::collections::BTreeSet;

use super::placement::{self, Place, Stand};
use super::refusals::{configuration, validation};
use super::{address_types, arns, balancers, events, limits, names, tags, values};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::world::load_balancing::LoadBalancer;
use crate::world::security_group::SecurityGroup;
use crate::world::{self, Tags};

/// How long a load balancer is `provisioning`, in ms.
const PROVISIONING_MS: (u64, u64) = (120_000, 180_000);

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "CreateLoadBalancer",
    limits: limits::PLACING,
    run: create,
}];

struct Request {
    name: String,
    kind: String,
    scheme: String,
    places: Vec<Place>,
    group_ids: Vec<String>,
    address_type: String,
    tags: Tags,
}

fn create(call: &mut Call<'_>) -> Outcome {
    let mut request = read(call)?;
    let stand = Stand {
        kind: &request.kind,
        scheme: &request.scheme,
        address_type: &request.address_type,
    };
    let vpc_id = placement::check(call, stand, &request.places)?;
    if request.kind == "application" && request.group_ids.is_empty() {
        request.group_ids = default_group(call, &vpc_id);
    }
    check_groups(call, &vpc_id, &request.group_ids)?;
    let arn = match same_name(call, &request)? {
        Some(arn) => arn,
        None => make(call, request, vpc_id)?,
    };
    Ok(balancers::answer(call, &arn))
}

fn read(call: &mut Call<'_>) -> Result<Request, Refusal> {
    let parameters = &mut call.parameters;
    for name in ["CustomerOwnedIpv4Pool", "IpamPools"] {
        if parameters.has(name) {
            return Err(Refusal::not_simulated(format!(
                "CreateLoadBalancer with {name}"
            )));
        }
    }
    let name = parameters.required("Name")?;
    let kinds = ["application", "network", "gateway"];
    let kind = values::word(parameters, "Type", &kinds)?;
    let schemes = ["internet-facing", "internal"];
    let scheme = values::word(parameters, "Scheme", &schemes)?;
    let request = Request {
        name,
        kind: kind.unwrap_or_else(|| "application".to_owned()),
        scheme: scheme.unwrap_or_else(|| "internet-facing".to_owned()),
        places: placement::read(parameters)?,
        group_ids: parameters.list("SecurityGroups")?,
        address_type: address_types::read(parameters)?.unwrap_or_else(|| "ipv4".to_owned()),
        tags: tags::read_new(parameters)?,
    };
    call.finish()?;
    if request.kind == "gateway" {
        return Err(Refusal::not_simulated("Gateway Load Balancers"));
    }
    names::check_load_balancer(&request.name)?;
    Ok(request)
}

/// The default group of the VPC, which an ALB gets when none is named.
fn default_group(call: &Call<'_>, vpc_id: &str) -> Vec<String> {
    call.world
        .within::<SecurityGroup>(&call.scope)
        .filter(|group| group.value().vpc_id == vpc_id && group.value().name == "default")
        .map(|group| group.id.clone())
        .collect()
}

/// Refuses groups that are not there, of another VPC, or too many.
pub(super) fn check_groups(
    call: &Call<'_>,
    vpc_id: &str,
    group_ids: &[String],
) -> Result<(), Refusal> {
    let fits = |id: &String| {
        call.find::<SecurityGroup>(id)
            .is_some_and(|group| group.value().vpc_id == vpc_id)
    };
    if !group_ids.iter().all(fits) {
        let why = "One or more security groups are invalid";
        return Err(Refusal::new("InvalidSecurityGroup", why));
    }
    let max = call
        .world
        .quota(&call.scope.account, "security-groups-per-interface");
    if group_ids.len() > max {
        let why = format!("A load balancer can have at most {max} security groups");
        return Err(configuration(why));
    }
    Ok(())
}

/// The load balancer of that name, if its settings are those asked for.
fn same_name(call: &Call<'_>, request: &Request) -> Result<Option<String>, Refusal> {
    let Some(existing) = call
        .world
        .within::<LoadBalancer>(&call.scope)
        .find(|balancer| balancer.value().name == request.name)
    else {
        return Ok(None);
    };
    let value = existing.value();
    let subnets: BTreeSet<_> = request
        .places
        .iter()
        .map(|place| &place.subnet_id)
        .collect();
    let groups: BTreeSet<_> = request.group_ids.iter().collect();
    let same = value.kind == request.kind
        && value.scheme == request.scheme
        && value.address_type == request.address_type
        && value
            .zones
            .iter()
            .map(|zone| &zone.subnet_id)
            .collect::<BTreeSet<_>>()
            == subnets
        && value.group_ids.iter().collect::<BTreeSet<_>>() == groups
        && request.places.iter().all(|place| {
            let mut zones = value.zones.iter();
            zones.any(|zone| {
                zone.subnet_id == place.subnet_id
                    && zone.private_address == place.address
                    && zone.ipv6_address == place.ipv6
            })
        });
    if same {
        return Ok(Some(existing.id.clone()));
    }
    Err(Refusal::new(
        "DuplicateLoadBalancerName",
        format!(
            "A load balancer with the same name '{}' exists, but with different settings",
            request.name
        ),
    ))
}

fn make(call: &mut Call<'_>, request: Request, vpc_id: String) -> Result<String, Refusal> {
    let of_kind = call
        .world
        .within::<LoadBalancer>(&call.scope)
        .filter(|balancer| balancer.value().kind == request.kind)
        .count();
    if of_kind
        >= call
            .world
            .quota(&call.scope.account, "load-balancers-per-region")
    {
        let why = "The maximum number of load balancers has been reached";
        return Err(Refusal::new("TooManyLoadBalancers", why));
    }
    let Request {
        name,
        kind,
        scheme,
        places,
        group_ids,
        address_type,
        tags,
    } = request;
    let distinct: BTreeSet<_> = group_ids.iter().collect();
    if distinct.len() < group_ids.len() {
        return Err(validation(
            "Security groups must be different from each other",
        ));
    }
    let id = call.world.random.hex(16);
    let arn = arns::load_balancer(&call.scope, &kind, &name, &id);
    let stand = Stand {
        kind: &kind,
        scheme: &scheme,
        address_type: &address_type,
    };
    let zones = placement::settle(call, &arn, stand, &places, &group_ids)?;
    let balancer = LoadBalancer {
        dns_name: dns_name(call, (&name, &id), &kind, &scheme),
        hosted_zone_id: balancers::hosted_zone(&call.scope.region, &kind).to_owned(),
        enforce_on_private_link: (kind == "network" && !group_ids.is_empty()).then_some(true),
        name,
        kind,
        scheme,
        state: "provisioning".to_owned(),
        vpc_id,
        zones,
        group_ids,
        address_type,
        attributes: std::collections::BTreeMap::new(),
        held_until: None,
    };
    call.create(&arn, tags, balancer);
    let (low, high) = PROVISIONING_MS;
    let event = world::Event::Elb(events::Event::BalancerActive(arn.clone()));
    call.world.schedule(low, high, event);
    Ok(arn)
}

fn dns_name(call: &mut Call<'_>, (name, id): (&str, &str), kind: &str, scheme: &str) -> String {
    let region = call.scope.region.clone();
    if kind == "network" {
        return format!("{name}-{id}.elb.{region}.amazonaws.com");
    }
    let digits = call.world.random.between(100_000_000, 1_999_999_999);
    let inner = if scheme == "internal" {
        "internal-"
    } else {
        ""
    };
    format!("{inner}{name}-{digits}.{region}.elb.amazonaws.com")
}
