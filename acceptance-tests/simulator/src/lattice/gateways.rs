//! Resource gateways: made, read, listed, changed, deleted.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Event;
use super::arns::{arn, id_of};
use super::pages::Page;
use super::refusals::{GATEWAY, conflict, invalid, not_found, quota};
use super::{names, tags};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::regions::ZONES_WITHOUT_RESOURCES;
use crate::wire::Refusal;
use crate::world::addresses::{Taking, Wish};
use crate::world::lattice::{ResourceConfiguration, ResourceGateway};
use crate::world::network::{InterfaceOwner, Subnet, Vpc};
use crate::world::security_group::SecurityGroup;
use crate::world::{Record, Seen};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "CreateResourceGateway",
        method: "POST",
        path: "/resourcegateways",
        status: 201,
        run: create,
    },
    RestOperation {
        name: "GetResourceGateway",
        method: "GET",
        path: "/resourcegateways/{resourceGatewayIdentifier}",
        status: 200,
        run: get,
    },
    RestOperation {
        name: "ListResourceGateways",
        method: "GET",
        path: "/resourcegateways",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "UpdateResourceGateway",
        method: "PATCH",
        path: "/resourcegateways/{resourceGatewayIdentifier}",
        status: 200,
        run: update,
    },
    RestOperation {
        name: "DeleteResourceGateway",
        method: "DELETE",
        path: "/resourcegateways/{resourceGatewayIdentifier}",
        status: 200,
        run: delete,
    },
];

/// What an interface of a gateway takes of its subnet unless something else is said.
/// Source: the Lattice guide, "Resource gateways".
const ADDRESSES_PER_INTERFACE: i64 = 16;
const ADDRESSES_MAX: i64 = 62;
const GROUPS_MAX: usize = 5;

/// What CreateResourceGateway asks for.
struct Wanted {
    name: String,
    vpc_id: String,
    subnet_ids: Vec<String>,
    group_ids: Vec<String>,
    address_type: String,
    addresses: i64,
    dns_resolution: String,
}

fn create(call: &mut Call<'_>) -> JsonOutcome {
    let token = call.parameters.text("clientToken");
    let mut wanted = read(call)?;
    let tags = call.parameters.map("tags")?;
    call.finish()?;
    if let Some(id) = tags::spent(call, token.as_deref())? {
        let made = call.world.live::<ResourceGateway>(&id);
        return made.map(made_body).ok_or_else(|| not_found(GATEWAY, &id));
    }
    check(call, &wanted)?;
    if wanted.group_ids.is_empty() {
        wanted.group_ids = default_group(call, &wanted.vpc_id);
    }
    let id = call.new_id("rgw");
    let interface_ids = attach(call, &id, &wanted)?;
    let now = call.now();
    let gateway = ResourceGateway {
        name: wanted.name,
        status: "CREATE_IN_PROGRESS".to_owned(),
        vpc_id: wanted.vpc_id,
        subnet_ids: wanted.subnet_ids,
        group_ids: wanted.group_ids,
        address_type: wanted.address_type,
        addresses_per_interface: wanted.addresses,
        dns_resolution: wanted.dns_resolution,
        interface_ids,
        updated: now,
        round: 0,
    };
    call.create(&id, tags, gateway);
    call.spend_token(token.as_deref(), &id);
    let active = Event::GatewayActive {
        id: id.clone(),
        round: 0,
    };
    call.world
        .schedule(5_000, 30_000, crate::world::Event::Lattice(active));
    let made = call.world.live::<ResourceGateway>(&id);
    made.map(made_body).ok_or_else(|| not_found(GATEWAY, &id))
}

fn read(call: &mut Call<'_>) -> Result<Wanted, Refusal> {
    let parameters = &mut call.parameters;
    let name = parameters.required("name")?;
    names::check(&name, "rgw-")?;
    let wanted = Wanted {
        name,
        vpc_id: parameters.required("vpcIdentifier")?,
        subnet_ids: parameters.list("subnetIds")?,
        group_ids: parameters.list("securityGroupIds")?,
        address_type: parameters
            .one_of("ipAddressType", &["IPV4", "IPV6", "DUALSTACK"])?
            .unwrap_or_else(|| "IPV4".to_owned()),
        addresses: parameters
            .integer("ipv4AddressesPerEni")?
            .unwrap_or(ADDRESSES_PER_INTERFACE),
        dns_resolution: parameters
            .one_of("resourceConfigDnsResolution", &["IN_VPC", "PUBLIC"])?
            .unwrap_or_else(|| "PUBLIC".to_owned()),
    };
    if wanted.subnet_ids.is_empty() {
        return Err(invalid("subnetIds", "At least one subnet is required"));
    }
    if wanted.group_ids.len() > GROUPS_MAX {
        return Err(invalid("securityGroupIds", "At most 5 security groups"));
    }
    if !(1..=ADDRESSES_MAX).contains(&wanted.addresses) {
        let message = format!("Must be between 1 and {ADDRESSES_MAX}");
        return Err(invalid("ipv4AddressesPerEni", message));
    }
    Ok(wanted)
}

fn check(call: &Call<'_>, wanted: &Wanted) -> Result<(), Refusal> {
    let vpc = &wanted.vpc_id;
    if call.find::<Vpc>(vpc).is_none() {
        return Err(not_found("VPC", vpc));
    }
    let mut zones = BTreeSet::new();
    for id in &wanted.subnet_ids {
        let subnet = call.find::<Subnet>(id);
        let subnet = subnet.ok_or_else(|| not_found("SUBNET", id))?.value();
        if subnet.vpc_id != *vpc {
            return Err(invalid("subnetIds", format!("Subnet {id} is not in {vpc}")));
        }
        if ZONES_WITHOUT_RESOURCES.contains(&subnet.zone_id.as_str()) {
            let message = format!(
                "Subnet {id} is in {}, which has no gateways",
                subnet.zone_id
            );
            return Err(invalid("subnetIds", message));
        }
        if wanted.address_type != "IPV4" && subnet.ipv6.is_none() {
            return Err(invalid(
                "subnetIds",
                format!("Subnet {id} has no IPv6 block"),
            ));
        }
        if !zones.insert(&subnet.zone_id) {
            let message = format!("Two subnets are in {}", subnet.zone_id);
            return Err(invalid("subnetIds", message));
        }
    }
    check_groups(call, vpc, &wanted.group_ids)?;
    let mut own = call.world.within::<ResourceGateway>(&call.scope);
    if let Some(same) = own.find(|gateway| gateway.value().name == wanted.name) {
        let message = format!("A resource gateway named {} exists", wanted.name);
        return Err(conflict(GATEWAY, &same.id, message));
    }
    let here = call.world.within::<ResourceGateway>(&call.scope);
    let count = here
        .filter(|gateway| gateway.value().vpc_id == *vpc)
        .count();
    let limit = call
        .world
        .quota(&call.scope.account, "resource-gateways-per-vpc");
    if count >= limit {
        return Err(quota(GATEWAY, "resource-gateways-per-vpc"));
    }
    Ok(())
}

/// Refuses groups that are not of the VPC.
pub(super) fn check_groups(call: &Call<'_>, vpc: &str, ids: &[String]) -> Result<(), Refusal> {
    for id in ids {
        let group = call.find::<SecurityGroup>(id);
        let group = group.ok_or_else(|| not_found("SECURITY_GROUP", id))?;
        if group.value().vpc_id != vpc {
            let message = format!("Security group {id} is not in {vpc}");
            return Err(invalid("securityGroupIds", message));
        }
    }
    Ok(())
}

/// Without groups a gateway gets the VPC's own.
fn default_group(call: &Call<'_>, vpc: &str) -> Vec<String> {
    let groups = call.world.within::<SecurityGroup>(&call.scope);
    let own = groups.filter(|it| it.value().vpc_id == vpc && it.value().name == "default");
    own.map(|it| it.id.clone()).collect()
}

/// One interface in each subnet. The further addresses of it are only counted.
fn attach(call: &mut Call<'_>, id: &str, wanted: &Wanted) -> Result<Vec<String>, Refusal> {
    let needed = usize::try_from(wanted.addresses).unwrap_or_default();
    for subnet in &wanted.subnet_ids {
        if wanted.address_type != "IPV6" && call.world.free_address_count(subnet) < needed {
            let message = format!("Subnet {subnet} has fewer than {needed} free addresses");
            return Err(invalid("subnetIds", message));
        }
    }
    let taking = Taking {
        ipv4: match wanted.address_type.as_str() {
            "IPV6" => Wish::None,
            _ => Wish::Any,
        },
        ipv6: match wanted.address_type.as_str() {
            "IPV4" => Wish::None,
            _ => Wish::Any,
        },
    };
    let subnets: Vec<_> = wanted
        .subnet_ids
        .iter()
        .map(|it| (it.clone(), taking))
        .collect();
    let owner = InterfaceOwner {
        interface_type: "interface".to_owned(),
        description: format!("VPC Lattice Resource Gateway {id}"),
        requester_id: "amazon-vpc-lattice".to_owned(),
        instance_owner_id: "amazon-aws".to_owned(),
    };
    let birth = call.birth();
    let made = call
        .world
        .attach_interfaces(&birth, &owner, &subnets, &wanted.group_ids);
    made.map_err(|subnet| invalid("subnetIds", format!("Subnet {subnet} has no free address")))
}

fn get(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call.parameters.required("resourceGatewayIdentifier")?;
    call.finish()?;
    let id = id_of(&identifier);
    let seen = call.see::<ResourceGateway>(id);
    let seen = seen.ok_or_else(|| not_found(GATEWAY, id))?;
    let mut body = row(&seen);
    rename(&mut body, "vpcIdentifier", "vpcId");
    set(&mut body, "serviceManaged", json!(false));
    set(
        &mut body,
        "resourceConfigDnsResolution",
        json!(seen.value.dns_resolution),
    );
    Ok(body)
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let page = Page::read(&mut call.parameters)?;
    call.finish()?;
    let all = call.see_all::<ResourceGateway>();
    Ok(page.cut(
        all.iter()
            .map(|seen| (seen.id.to_owned(), row(seen)))
            .collect(),
    ))
}

fn update(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call.parameters.required("resourceGatewayIdentifier")?;
    let given = call.parameters.has("securityGroupIds");
    let groups = call.parameters.list("securityGroupIds")?;
    call.finish()?;
    let id = own(call, &identifier)?;
    let vpc = call.world.live::<ResourceGateway>(&id);
    let vpc = vpc.map(|it| it.value().vpc_id.clone()).unwrap_or_default();
    check_groups(call, &vpc, &groups)?;
    let round = begin(call, &id, "UPDATE_IN_PROGRESS");
    if given {
        call.world
            .change::<ResourceGateway>(&id, |gateway| gateway.group_ids = groups.clone());
        let interfaces = call.world.live::<ResourceGateway>(&id);
        let interfaces = interfaces.map(|it| it.value().interface_ids.clone());
        for interface in interfaces.unwrap_or_default() {
            call.world
                .change::<crate::world::network::NetworkInterface>(&interface, |it| {
                    it.group_ids.clone_from(&groups);
                });
        }
    }
    let active = Event::GatewayActive {
        id: id.clone(),
        round,
    };
    call.world
        .schedule(2_000, 10_000, crate::world::Event::Lattice(active));
    let record = call.world.live::<ResourceGateway>(&id);
    let record = record.ok_or_else(|| not_found(GATEWAY, &id))?;
    let mut body = made_body(record);
    rename(&mut body, "vpcIdentifier", "vpcId");
    for absent in ["ipv4AddressesPerEni", "resourceConfigDnsResolution"] {
        unset(&mut body, absent);
    }
    Ok(body)
}

fn delete(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call.parameters.required("resourceGatewayIdentifier")?;
    call.finish()?;
    let id = own(call, &identifier)?;
    let used = call
        .world
        .all::<ResourceConfiguration>()
        .any(|user| user.value().gateway_id == id);
    if used {
        let message = format!("ResourceGateway {id} has resource configuration(s) associated.");
        return Err(conflict(GATEWAY, &id, message));
    }
    begin(call, &id, "DELETE_IN_PROGRESS");
    let record = call.world.live::<ResourceGateway>(&id);
    let record = record.ok_or_else(|| not_found(GATEWAY, &id))?;
    let interfaces = record.value().interface_ids.clone();
    let body = json!({
        "id": id, "arn": arn(&record.scope, &id), "name": record.value().name,
        "status": record.value().status,
    });
    call.world.release_interfaces(&interfaces, 10_000, 60_000);
    let gone = crate::world::Event::Lattice(Event::GatewayGone(id));
    call.world.schedule(5_000, 30_000, gone);
    Ok(body)
}

/// The id of a gateway of the caller's that is not on its way out.
fn own(call: &Call<'_>, identifier: &str) -> Result<String, Refusal> {
    let id = id_of(identifier);
    let found = call.find::<ResourceGateway>(id);
    let found = found.ok_or_else(|| not_found(GATEWAY, id))?;
    match found.value().status.ends_with("_IN_PROGRESS") {
        true => {
            let message = format!("ResourceGateway {id} is {}", found.value().status);
            Err(conflict(GATEWAY, id, message))
        }
        false => Ok(id.to_owned()),
    }
}

/// Puts a status that something else will end, and gives its round.
fn begin(call: &mut Call<'_>, id: &str, status: &str) -> u32 {
    let now = call.now();
    call.world.change::<ResourceGateway>(id, |gateway| {
        status.clone_into(&mut gateway.status);
        gateway.updated = now;
        gateway.round += 1;
    });
    let record = call.world.live::<ResourceGateway>(id);
    record.map(|it| it.value().round).unwrap_or_default()
}

/// What create and update answer with.
fn made_body(record: &Record<ResourceGateway>) -> Value {
    let mut body = row(&record.as_made());
    for absent in ["createdAt", "lastUpdatedAt"] {
        unset(&mut body, absent);
    }
    let resolution = json!(record.value().dns_resolution);
    set(&mut body, "resourceConfigDnsResolution", resolution);
    body
}

fn row(seen: &Seen<'_, ResourceGateway>) -> Value {
    let gateway = seen.value;
    json!({
        "name": gateway.name,
        "id": seen.id,
        "arn": arn(seen.scope, seen.id),
        "status": gateway.status,
        "vpcIdentifier": gateway.vpc_id,
        "subnetIds": gateway.subnet_ids,
        "securityGroupIds": gateway.group_ids,
        "ipAddressType": gateway.address_type,
        "ipv4AddressesPerEni": gateway.addresses_per_interface,
        "createdAt": seen.created.iso(),
        "lastUpdatedAt": gateway.updated.iso(),
    })
}

fn set(body: &mut Value, name: &str, value: Value) {
    if let Some(body) = body.as_object_mut() {
        body.insert(name.to_owned(), value);
    }
}

fn unset(body: &mut Value, name: &str) {
    if let Some(body) = body.as_object_mut() {
        body.remove(name);
    }
}

fn rename(body: &mut Value, from: &str, to: &str) {
    if let Some(body) = body.as_object_mut()
        && let Some(value) = body.remove(from)
    {
        body.insert(to.to_owned(), value);
    }
}
