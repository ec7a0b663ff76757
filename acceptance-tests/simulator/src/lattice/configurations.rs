//! Resource configurations: read, listed, changed, deleted.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::Event;
use super::arns::{arn, id_of};
use super::names::check_domain;
use super::pages::Page;
use super::refusals::{CONFIGURATION, conflict, invalid, not_found};
use super::{children, endpoint_associations, verification};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::ram::may_use;
use crate::wire::{Parameters, Refusal};
use crate::world::lattice::{Definition, ResourceConfiguration};
use crate::world::service_network::NetworkResource;
use crate::world::{Scope, Seen};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "GetResourceConfiguration",
        method: "GET",
        path: "/resourceconfigurations/{resourceConfigurationIdentifier}",
        status: 200,
        run: get,
    },
    RestOperation {
        name: "ListResourceConfigurations",
        method: "GET",
        path: "/resourceconfigurations",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "UpdateResourceConfiguration",
        method: "PATCH",
        path: "/resourceconfigurations/{resourceConfigurationIdentifier}",
        status: 200,
        run: update,
    },
    RestOperation {
        name: "DeleteResourceConfiguration",
        method: "DELETE",
        path: "/resourceconfigurations/{resourceConfigurationIdentifier}",
        status: 204,
        run: delete,
    },
];

/// `resourceConfigurationDefinition`: one of a name, an address and an ARN.
pub(super) fn read_definition(parameters: &mut Parameters) -> Result<Option<Definition>, Refusal> {
    let member = "resourceConfigurationDefinition";
    let read = |definition: &mut Parameters| {
        let dns = definition.structure("dnsResource", |dns| {
            let name = dns.required("domainName")?;
            check_domain("domainName", &name)?;
            let types = ["IPV4", "IPV6", "DUALSTACK"];
            let address_type = dns.one_of("ipAddressType", &types)?;
            let address_type = address_type.unwrap_or_else(|| "IPV4".to_owned());
            Ok(Definition::Dns { name, address_type })
        })?;
        let ip = definition.structure("ipResource", |ip| {
            let address = ip.required("ipAddress")?;
            match is_private(&address) {
                true => Ok(Definition::Ip(address)),
                false => Err(invalid(
                    "ipAddress",
                    format!("{address:?} is no private address"),
                )),
            }
        })?;
        let arn =
            definition.structure("arnResource", |it| Ok(Definition::Arn(it.required("arn")?)))?;
        let mut given: Vec<Definition> = dns.into_iter().chain(ip).chain(arn).collect();
        match (given.pop(), given.pop()) {
            (Some(one), None) => Ok(one),
            _ => Err(invalid(member, "Exactly one kind of resource is required")),
        }
    };
    parameters.structure(member, read)
}

/// Whether an address is one of RFC 1918, of 100.64.0.0/10, or IPv6.
fn is_private(text: &str) -> bool {
    match text.parse() {
        Ok(IpAddr::V4(address)) => {
            let [first, second, ..] = address.octets();
            address.is_private() || (first == 100 && (64..128).contains(&second))
        }
        Ok(IpAddr::V6(_)) => true,
        Err(_) => false,
    }
}

/// Whether a text is neither a port nor a range of ports.
pub(super) fn invalid_ports(range: &str) -> bool {
    let (low, high) = range.split_once('-').unwrap_or((range, range));
    match (low.parse::<u16>(), high.parse::<u16>()) {
        (Ok(low), Ok(high)) => low == 0 || low > high,
        _ => true,
    }
}

fn get(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("resourceConfigurationIdentifier")?;
    call.finish()?;
    let id = id_of(&identifier);
    let seen = visible(call, id).ok_or_else(|| not_found(CONFIGURATION, id))?;
    let mut body = full(&seen);
    if let Some(body) = body.as_object_mut() {
        let failed = seen.value.status == "CREATE_FAILED";
        let failure = seen.value.failure.as_ref().filter(|_| failed);
        body.extend(failure.map(|why| ("failureReason".to_owned(), json!(why))));
        body.insert("amazonManaged".to_owned(), json!(seen.value.managed));
        body.insert("lastUpdatedAt".to_owned(), json!(seen.value.updated.iso()));
        let status = verification::status(call.world, seen.value);
        body.extend(status.map(|it| ("domainVerificationStatus".to_owned(), json!(it))));
    }
    Ok(body)
}

/// What a read sees of a configuration of the caller's, or of one that is shared with it.
fn visible<'a>(call: &'a Call<'_>, id: &str) -> Option<Seen<'a, ResourceConfiguration>> {
    let record = call.world.record::<ResourceConfiguration>(id)?;
    let own = record.scope == call.scope;
    let near = record.scope.region == call.scope.region;
    let shared = || may_use(call.world, &arn(&record.scope, id), &call.scope.account);
    (own || (near && shared()))
        .then(|| record.seen(call.lens))
        .flatten()
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let page = Page::read(&mut call.parameters)?;
    let gateway = call.parameters.text("resourceGatewayIdentifier");
    let group = call.parameters.text("resourceConfigurationGroupIdentifier");
    let proof = call.parameters.text("domainVerificationIdentifier");
    call.finish()?;
    let mut all = call.see_all::<ResourceConfiguration>();
    all.retain(|seen| {
        let gateway = gateway.as_deref().map(id_of);
        let group = group.as_deref().map(id_of);
        let proof = proof.as_deref().map(id_of);
        gateway.is_none_or(|id| seen.value.gateway_id == id)
            && group.is_none_or(|id| seen.value.group_id.as_deref() == Some(id))
            && proof.is_none_or(|id| seen.value.verification_id.as_deref() == Some(id))
    });
    Ok(page.cut(
        all.iter()
            .map(|seen| (seen.id.to_owned(), summary(seen)))
            .collect(),
    ))
}

fn update(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("resourceConfigurationIdentifier")?;
    let definition = read_definition(&mut call.parameters)?;
    let port_ranges = call.parameters.list("portRanges")?;
    let shareable = call
        .parameters
        .boolean("allowAssociationToShareableServiceNetwork")?;
    call.finish()?;
    let id = own(call, &identifier)?;
    if let Some(bad) = port_ranges.iter().find(|it| invalid_ports(it)) {
        return Err(invalid(
            "portRanges",
            format!("{bad:?} is no range of ports"),
        ));
    }
    let kept = call.world.live::<ResourceConfiguration>(&id);
    let kept = kept.and_then(|it| it.value().definition.clone());
    if matches!(kept, Some(Definition::Arn(_))) && !port_ranges.is_empty() {
        let message = "Unexpected attribute portRanges for type ARN";
        return Err(invalid("portRanges", message));
    }
    let fixed =
        |it: &Option<Definition>| matches!(it, Some(Definition::Dns { .. } | Definition::Arn(_)));
    if definition.is_some() && definition != kept && (fixed(&definition) || fixed(&kept)) {
        let message = "cannot modify resource configuration DNS or ARN";
        return Err(invalid("resourceConfigurationDefinition", message));
    }
    let now = call.now();
    call.world.change::<ResourceConfiguration>(&id, |it| {
        it.definition = definition.or(it.definition.take());
        if !port_ranges.is_empty() {
            it.port_ranges = port_ranges;
        }
        it.shareable_networks = shareable.unwrap_or(it.shareable_networks);
        "UPDATE_IN_PROGRESS".clone_into(&mut it.status);
        it.updated = now;
        it.round += 1;
    });
    let round = call
        .world
        .live::<ResourceConfiguration>(&id)
        .map(|it| it.value().round);
    let active = Event::ConfigurationActive {
        id: id.clone(),
        round: round.unwrap_or_default(),
    };
    call.world
        .schedule(2_000, 10_000, crate::world::Event::Lattice(active));
    let mut body = body_of(call, &id)?;
    if let Some(body) = body.as_object_mut() {
        for absent in ["createdAt", "customDomainName", "groupDomain"] {
            body.remove(absent);
        }
        body.retain(|name, _| !name.starts_with("domainVerification"));
    }
    Ok(body)
}

fn delete(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("resourceConfigurationIdentifier")?;
    call.finish()?;
    let id = own(call, &identifier)?;
    let own_arn = arn(&call.scope, &id);
    if endpoint_associations::endpoints(call.world, &own_arn)
        .next()
        .is_some()
    {
        let message = format!(
            "There are still Endpoint Associations attached to the Resource Configuration {id}"
        );
        return Err(conflict(CONFIGURATION, &id, message));
    }
    let mut joined = call.world.all::<NetworkResource>();
    if joined.any(|it| it.value().configuration_id == id) {
        let message = format!(
            "There are still Service Network Associations attached to the Resource Configuration {id}"
        );
        return Err(conflict(CONFIGURATION, &id, message));
    }
    drop(joined);
    // Those that Lattice has made go along.
    if children::of(call.world, &id).any(|child| !child.value().managed) {
        let message = format!("ResourceConfiguration {id} has children");
        return Err(conflict(CONFIGURATION, &id, message));
    }
    let now = call.now();
    call.world.change::<ResourceConfiguration>(&id, |it| {
        "DELETE_IN_PROGRESS".clone_into(&mut it.status);
        it.updated = now;
        it.round += 1;
    });
    let gone = crate::world::Event::Lattice(Event::ConfigurationGone(id));
    call.world.schedule(2_000, 15_000, gone);
    Ok(Value::Null)
}

/// The id of a configuration of the caller's that is not on its way out, and not AWS's to keep.
fn own(call: &Call<'_>, identifier: &str) -> Result<String, Refusal> {
    let id = id_of(identifier);
    let found = call.find::<ResourceConfiguration>(id);
    let found = found.ok_or_else(|| not_found(CONFIGURATION, id))?;
    match found.value().status.as_str() {
        "DELETE_IN_PROGRESS" => Err(not_found(CONFIGURATION, id)),
        _ if found.value().managed => {
            let message = format!("ResourceConfiguration {id} is managed by Amazon");
            Err(invalid("resourceConfigurationIdentifier", message))
        }
        _ => Ok(id.to_owned()),
    }
}

/// What create answers with.
pub(super) fn body_of(call: &Call<'_>, id: &str) -> JsonOutcome {
    let record = call.world.live::<ResourceConfiguration>(id);
    let record = record.ok_or_else(|| not_found(CONFIGURATION, id))?;
    Ok(full(&record.as_made()))
}

fn full(seen: &Seen<'_, ResourceConfiguration>) -> Value {
    let it = seen.value;
    let optional = [
        ("resourceConfigurationGroupId", it.group_id.clone()),
        ("customDomainName", it.custom_domain.clone()),
        ("groupDomain", it.group_domain.clone()),
        ("protocol", (it.kind == "SINGLE").then(|| "TCP".to_owned())),
    ];
    let mut body = json!({
        "id": seen.id,
        "name": it.name,
        "arn": arn(seen.scope, seen.id),
        "resourceGatewayId": it.gateway_id,
        "type": it.kind,
        "portRanges": it.port_ranges,
        "status": it.status,
        "allowAssociationToShareableServiceNetwork": it.shareable_networks,
        "createdAt": seen.created.iso(),
    });
    if let Some(body) = body.as_object_mut() {
        for (name, value) in optional {
            body.extend(value.map(|value| (name.to_owned(), json!(value))));
        }
        if let Some(definition) = &it.definition {
            let name = "resourceConfigurationDefinition".to_owned();
            body.insert(name, definition_row(definition));
        }
        body.extend(proof_members(seen.scope, it));
    }
    body
}

/// `domainVerificationId` and its ARN.
fn proof_members(scope: &Scope, it: &ResourceConfiguration) -> Vec<(String, Value)> {
    let Some(id) = &it.verification_id else {
        return Vec::new();
    };
    vec![
        ("domainVerificationId".to_owned(), json!(id)),
        ("domainVerificationArn".to_owned(), json!(arn(scope, id))),
    ]
}

fn definition_row(definition: &Definition) -> Value {
    match definition {
        Definition::Dns { name, address_type } => {
            json!({ "dnsResource": { "domainName": name, "ipAddressType": address_type } })
        }
        Definition::Ip(address) => json!({ "ipResource": { "ipAddress": address } }),
        Definition::Arn(arn) => json!({ "arnResource": { "arn": arn } }),
    }
}

fn summary(seen: &Seen<'_, ResourceConfiguration>) -> Value {
    let it = seen.value;
    let mut row = json!({
        "id": seen.id,
        "name": it.name,
        "arn": arn(seen.scope, seen.id),
        "resourceGatewayId": it.gateway_id,
        "type": it.kind,
        "status": it.status,
        "amazonManaged": it.managed,
        "createdAt": seen.created.iso(),
        "lastUpdatedAt": it.updated.iso(),
    });
    let optional = [
        ("resourceConfigurationGroupId", &it.group_id),
        ("customDomainName", &it.custom_domain),
        ("groupDomain", &it.group_domain),
        ("domainVerificationId", &it.verification_id),
    ];
    if let Some(row) = row.as_object_mut() {
        for (name, value) in optional {
            row.extend(value.iter().map(|value| (name.to_owned(), json!(value))));
        }
    }
    row
}
