//! CreateTags, DeleteTags and DescribeTags, over every kind of object that EC2 tags.

use super::lists::CLAMPED_PAGE;
use super::refusals::{
    acl_not_found, endpoint_not_found, gateway_not_found, group_not_found, interface_not_found,
    route_table_not_found, rule_not_found, service_not_found, subnet_not_found, vpc_not_found,
};
use super::security_group_rules::RULE_KIND;
use super::{limits, tags};
use crate::engine::{Call, Filters, Operation, Outcome, Page};
use crate::wire::Refusal;
use crate::wire::xml::{items, text};
use crate::world::network::{
    InternetGateway, NetworkAcl, NetworkInterface, RouteTable, Subnet, Vpc,
};
use crate::world::private_link::{Endpoint, EndpointService};
use crate::world::security_group::SecurityGroup;
use crate::world::{Kind, Tags, World};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateTags",
        limits: limits::TAGS,
        run: create,
    },
    Operation {
        name: "DeleteTags",
        limits: limits::TAGS,
        run: delete,
    },
    Operation {
        name: "DescribeTags",
        limits: limits::DESCRIBE,
        run: describe,
    },
];

const FILTERS: &[&str] = &["key", "value", "resource-id", "resource-type"];

const RESOURCES_MAX: usize = 1000;

/// A kind of object that EC2 tags.
struct Taggable {
    prefix: &'static str,
    kind: &'static str,
    find: fn(&Call<'_>, &str) -> Option<Tags>,
    set: fn(&mut World, &str, Tags),
    all: fn(&Call<'_>) -> Vec<(String, Tags)>,
    not_found: fn(&Call<'_>, &str) -> Refusal,
}

const fn taggable<T: Kind>(
    prefix: &'static str,
    not_found: fn(&Call<'_>, &str) -> Refusal,
) -> Taggable {
    Taggable {
        prefix,
        kind: T::KIND,
        find: |call, id| call.find::<T>(id).map(|record| record.tags().clone()),
        set: |world, id, tags| world.retag::<T>(id, |old| *old = tags),
        all: |call| {
            let seen = call.see_all::<T>();
            seen.iter()
                .map(|seen| (seen.id.to_owned(), seen.tags.clone()))
                .collect()
        },
        not_found,
    }
}

/// Longer prefixes come before those they begin with.
const TAGGABLES: &[Taggable] = &[
    taggable::<Vpc>("vpc-", |_, id| vpc_not_found(id)),
    taggable::<Subnet>("subnet-", |_, id| subnet_not_found(id)),
    taggable::<InternetGateway>("igw-", |_, id| gateway_not_found(id)),
    taggable::<RouteTable>("rtb-", |_, id| route_table_not_found(id)),
    taggable::<NetworkAcl>("acl-", |_, id| acl_not_found(id)),
    taggable::<NetworkInterface>("eni-", |_, id| interface_not_found(id)),
    Taggable {
        prefix: "sgr-",
        kind: RULE_KIND,
        find: |call, id| {
            rules(call)
                .into_iter()
                .find(|(rule, _)| rule == id)
                .map(|(_, t)| t)
        },
        set: set_rule_tags,
        all: |call| {
            let groups = call.see_all::<SecurityGroup>();
            let rules = groups.iter().flat_map(|group| &group.value.rules);
            rules
                .map(|rule| (rule.id.clone(), rule.tags.clone()))
                .collect()
        },
        not_found: |_, id| rule_not_found(id),
    },
    taggable::<SecurityGroup>("sg-", |_, id| group_not_found(id)),
    taggable::<EndpointService>("vpce-svc-", service_not_found),
    taggable::<Endpoint>("vpce-", endpoint_not_found),
];

fn create(call: &mut Call<'_>) -> Outcome {
    let ids = resources(call)?;
    let pairs = call.parameters.structures("Tag", tags::pair)?;
    call.finish()?;
    if pairs.is_empty() {
        return Err(Refusal::missing("Tag"));
    }
    for id in ids {
        let (taggable, mut tags) = find(call, &id)?;
        tags::merge(&mut tags, pairs.clone())?;
        (taggable.set)(call.world, &id, tags);
    }
    Ok(vec![text("return", true)])
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let ids = resources(call)?;
    let pairs = call
        .parameters
        .structures("Tag", |tag| Ok((tag.required("Key")?, tag.text("Value"))))?;
    call.finish()?;
    for id in ids {
        let (taggable, mut tags) = find(call, &id)?;
        tags.retain(|key, value| {
            let named = pairs
                .iter()
                .any(|(k, v)| k == key && v.as_ref().is_none_or(|wanted| wanted == value));
            // Without any tag in the request, all go that are not AWS's own.
            key.starts_with("aws:") || !(named || pairs.is_empty())
        });
        (taggable.set)(call.world, &id, tags);
    }
    Ok(vec![text("return", true)])
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let filters = Filters::read(&mut call.parameters)?;
    let page = Page::read(&mut call.parameters, CLAMPED_PAGE, &[])?;
    call.finish()?;
    filters.check_names(|name| FILTERS.contains(&name))?;
    let mut rows = Vec::new();
    for taggable in TAGGABLES {
        for (id, tags) in (taggable.all)(call) {
            for (key, value) in &tags {
                let only = Tags::from([(key.clone(), value.clone())]);
                let pass = filters.pass_values(&only, |name| {
                    vec![match name {
                        "key" => key.clone(),
                        "value" => value.clone(),
                        "resource-id" => id.clone(),
                        _ => taggable.kind.to_owned(),
                    }]
                });
                if pass {
                    let row = vec![
                        text("resourceId", &id),
                        text("resourceType", taggable.kind),
                        text("key", key),
                        text("value", value),
                    ];
                    rows.push((format!("{id}/{key}"), row));
                }
            }
        }
    }
    let (rows, next) = page.cut(rows);
    Ok(std::iter::once(items("tagSet", rows)).chain(next).collect())
}

fn resources(call: &mut Call<'_>) -> Result<Vec<String>, Refusal> {
    let ids = call.parameters.list("ResourceId")?;
    if ids.is_empty() {
        return Err(Refusal::missing("ResourceId"));
    }
    if ids.len() > RESOURCES_MAX {
        return Err(Refusal::invalid_value(
            "At most 1000 resources can be tagged in one call",
        ));
    }
    Ok(ids)
}

fn find(call: &Call<'_>, id: &str) -> Result<(&'static Taggable, Tags), Refusal> {
    let taggable = TAGGABLES
        .iter()
        .find(|taggable| id.starts_with(taggable.prefix))
        .ok_or_else(|| Refusal::new("InvalidID", format!("The ID '{id}' is not valid")))?;
    let tags = (taggable.find)(call, id).ok_or_else(|| (taggable.not_found)(call, id))?;
    Ok((taggable, tags))
}

fn rules(call: &Call<'_>) -> Vec<(String, Tags)> {
    call.world
        .within::<SecurityGroup>(&call.scope)
        .flat_map(|group| &group.value().rules)
        .map(|rule| (rule.id.clone(), rule.tags.clone()))
        .collect()
}

fn set_rule_tags(world: &mut World, id: &str, tags: Tags) {
    let group_id = world
        .all::<SecurityGroup>()
        .find(|group| group.value().rules.iter().any(|rule| rule.id == id))
        .map(|group| group.id.clone());
    if let Some(group_id) = group_id {
        world.change::<SecurityGroup>(&group_id, |group| {
            if let Some(rule) = group.rules.iter_mut().find(|rule| rule.id == id) {
                rule.tags = tags;
            }
        });
    }
}
