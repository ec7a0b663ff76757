//! Resource configurations: made, each type with the members that it takes.

use super::Event;
use super::arns::id_of;
use super::configurations::{body_of, invalid_ports, read_definition};
use super::names::{check, check_domain};
use super::refusals::{CONFIGURATION, GATEWAY, conflict, invalid, not_found, quota};
use super::{arn_targets, tags, verification};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::{Parameters, Refusal};
use crate::world::lattice::{Definition, ResourceConfiguration, ResourceGateway};

pub(super) const OPERATIONS: &[RestOperation] = &[RestOperation {
    name: "CreateResourceConfiguration",
    method: "POST",
    path: "/resourceconfigurations",
    status: 201,
    run: create,
}];

const TYPES: &[&str] = &["GROUP", "CHILD", "SINGLE", "ARN"];

/// What CreateResourceConfiguration asks for.
struct Wanted {
    name: String,
    kind: String,
    gateway: Option<String>,
    group: Option<String>,
    definition: Option<Definition>,
    port_ranges: Vec<String>,
    custom_domain: Option<String>,
    group_domain: Option<String>,
    proof: Option<String>,
    shareable_networks: Option<bool>,
}

fn create(call: &mut Call<'_>) -> JsonOutcome {
    let token = call.parameters.text("clientToken");
    let wanted = read(&mut call.parameters)?;
    let tags = call.parameters.map("tags")?;
    call.finish()?;
    if let Some(id) = tags::spent(call, token.as_deref())? {
        return body_of(call, &id);
    }
    let gateway_id = check_place(call, &wanted)?;
    let domain = wanted
        .custom_domain
        .as_ref()
        .or(wanted.group_domain.as_ref());
    let proof = verification::named(call, wanted.proof.as_deref(), domain)?;
    check_free(call, &wanted)?;
    let failure = check_target(call, &wanted, &gateway_id)?;
    let id = call.new_id("rcfg");
    let configuration = ResourceConfiguration {
        verification_id: proof,
        failure,
        ..configured(call, wanted, gateway_id)
    };
    call.create(&id, tags, configuration);
    call.spend_token(token.as_deref(), &id);
    let active = Event::ConfigurationActive {
        id: id.clone(),
        round: 0,
    };
    call.world
        .schedule(3_000, 20_000, crate::world::Event::Lattice(active));
    body_of(call, &id)
}

fn read(parameters: &mut Parameters) -> Result<Wanted, Refusal> {
    let name = parameters.required("name")?;
    check(&name, "rcfg-")?;
    let kind = parameters.one_of("type", TYPES)?;
    let kind = kind.ok_or_else(|| invalid("type", "type must not be null"))?;
    check_members(parameters, &kind)?;
    let protocol = parameters.one_of("protocol", &["TCP"])?;
    let _ = protocol;
    let wanted = Wanted {
        name,
        gateway: parameters.text("resourceGatewayIdentifier"),
        group: parameters.text("resourceConfigurationGroupIdentifier"),
        definition: read_definition(parameters)?,
        port_ranges: parameters.list("portRanges")?,
        custom_domain: parameters.text("customDomainName"),
        group_domain: parameters.text("groupDomain"),
        proof: parameters.text("domainVerificationIdentifier"),
        shareable_networks: parameters.boolean("allowAssociationToShareableServiceNetwork")?,
        kind,
    };
    let by_arn = matches!(wanted.definition, Some(Definition::Arn(_)));
    if wanted.definition.is_some() && by_arn != (wanted.kind == "ARN") {
        let message = format!("The definition is not one of type {}", wanted.kind);
        return Err(invalid("resourceConfigurationDefinition", message));
    }
    for (member, domain) in [
        ("customDomainName", &wanted.custom_domain),
        ("groupDomain", &wanted.group_domain),
    ] {
        if let Some(domain) = domain {
            check_domain(member, domain)?;
        }
    }
    if let Some(bad) = wanted.port_ranges.iter().find(|it| invalid_ports(it)) {
        return Err(invalid(
            "portRanges",
            format!("{bad:?} is no range of ports"),
        ));
    }
    Ok(wanted)
}

/// Refuses what a type does not take, and what it lacks.
fn check_members(parameters: &Parameters, kind: &str) -> Result<(), Refusal> {
    let (needs, refuses): (&[&str], &[&str]) = match kind {
        "GROUP" => (
            &["resourceGatewayIdentifier"],
            &[
                "resourceConfigurationDefinition",
                "customDomainName",
                "resourceConfigurationGroupIdentifier",
            ],
        ),
        "ARN" => (
            &[
                "resourceGatewayIdentifier",
                "resourceConfigurationDefinition",
            ],
            &[
                "resourceConfigurationGroupIdentifier",
                "portRanges",
                "protocol",
                "customDomainName",
                "groupDomain",
            ],
        ),
        "CHILD" => (
            &[
                "resourceConfigurationGroupIdentifier",
                "resourceConfigurationDefinition",
                "portRanges",
            ],
            &["resourceGatewayIdentifier", "protocol", "groupDomain"],
        ),
        _ => (
            &[
                "resourceGatewayIdentifier",
                "resourceConfigurationDefinition",
            ],
            &["resourceConfigurationGroupIdentifier", "groupDomain"],
        ),
    };
    if let Some(name) = refuses.iter().find(|name| parameters.has(name)) {
        let message = format!("Unexpected attribute {name} for type {kind}");
        return Err(invalid(name, message));
    }
    match needs.iter().find(|name| !parameters.has(name)) {
        Some(name) => Err(invalid(
            name,
            format!("Missing attribute {name} for type {kind}"),
        )),
        None => Ok(()),
    }
}

/// The gateway that it stands on: its own, or its group's.
fn check_place(call: &Call<'_>, wanted: &Wanted) -> Result<String, Refusal> {
    let gateway = match &wanted.group {
        None => id_of(wanted.gateway.as_deref().unwrap_or_default()).to_owned(),
        Some(group) => {
            let id = id_of(group);
            let found = call.find::<ResourceConfiguration>(id);
            let found = found.ok_or_else(|| not_found(CONFIGURATION, id))?.value();
            if found.kind != "GROUP" {
                let message = format!("ResourceConfiguration {id} is no group");
                return Err(invalid("resourceConfigurationGroupIdentifier", message));
            }
            let outside = wanted.custom_domain.as_ref().filter(|name| {
                let domain = found.group_domain.as_deref();
                domain.is_some_and(|domain| !name.ends_with(&format!(".{domain}")))
            });
            if let Some(name) = outside {
                let message = format!("{name} is not under the domain of its group");
                return Err(invalid("customDomainName", message));
            }
            found.gateway_id.clone()
        }
    };
    let found = call.find::<ResourceGateway>(&gateway);
    let found = found.ok_or_else(|| not_found(GATEWAY, &gateway))?.value();
    match found.status.as_str() {
        "DELETE_IN_PROGRESS" | "CREATE_IN_PROGRESS" => {
            let message = format!("ResourceGateway {gateway} is {}", found.status);
            Err(conflict(GATEWAY, &gateway, message))
        }
        _ => Ok(gateway),
    }
}

/// What a database can't be reached for is told at once, or later by the configuration: a doubt. Gives
/// what is to be told later.
fn check_target(
    call: &Call<'_>,
    wanted: &Wanted,
    gateway: &str,
) -> Result<Option<String>, Refusal> {
    let gateway = call.world.live::<ResourceGateway>(gateway);
    let (Some(Definition::Arn(arn)), Some(gateway)) = (&wanted.definition, gateway) else {
        return Ok(None);
    };
    arn_targets::check_form(&call.scope, gateway.value(), arn)?;
    let problem = arn_targets::problem(call, gateway.value(), arn);
    match problem {
        Some(why) if call.world.doubts.is("arn-problems", "refused") => {
            Err(invalid("resourceConfigurationDefinition", why))
        }
        later => Ok(later),
    }
}

fn check_free(call: &Call<'_>, wanted: &Wanted) -> Result<(), Refusal> {
    let own = || call.world.within::<ResourceConfiguration>(&call.scope);
    if let Some(same) = own().find(|it| it.value().name == wanted.name) {
        let message = format!("A resource configuration named {} exists", wanted.name);
        return Err(conflict(CONFIGURATION, &same.id, message));
    }
    let quota_of = |name: &str| call.world.quota(&call.scope.account, name);
    if own().count() >= quota_of("resource-configurations") {
        return Err(quota(CONFIGURATION, "resource-configurations"));
    }
    let Some(group) = wanted.group.as_deref().map(id_of) else {
        return Ok(());
    };
    let children = own().filter(|it| it.value().group_id.as_deref() == Some(group));
    match children.count() < quota_of("children-per-group") {
        true => Ok(()),
        false => Err(quota(CONFIGURATION, "children-per-group")),
    }
}

fn configured(call: &Call<'_>, wanted: Wanted, gateway_id: String) -> ResourceConfiguration {
    let port_ranges = match (wanted.port_ranges.is_empty(), wanted.kind.as_str()) {
        (true, "SINGLE") => vec!["1-65535".to_owned()],
        _ => wanted.port_ranges,
    };
    // The model says that the default is false; replies seen say true.
    let default = call.world.doubts.is("lattice-shareable-default", "true");
    ResourceConfiguration {
        name: wanted.name,
        kind: wanted.kind,
        status: "CREATE_IN_PROGRESS".to_owned(),
        gateway_id,
        group_id: wanted.group.as_deref().map(|group| id_of(group).to_owned()),
        definition: wanted.definition,
        port_ranges,
        custom_domain: wanted.custom_domain,
        group_domain: wanted.group_domain,
        verification_id: None,
        shareable_networks: wanted.shareable_networks.unwrap_or(default),
        managed: false,
        failure: None,
        updated: call.now(),
        round: 0,
    }
}
