//! Tags of Lattice's objects, and client tokens, which all creates have in common.

use serde_json::json;

use super::arns::id_of;
use super::refusals::{
    CONFIGURATION, GATEWAY, NETWORK, NETWORK_RESOURCE, NETWORK_VPC, VERIFICATION, conflict,
    invalid, not_found,
};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::Refusal;
use crate::world::lattice::{ResourceConfiguration, ResourceGateway, TagMap};
use crate::world::service_network::{
    DomainVerification, NetworkResource, NetworkVpc, ServiceNetwork,
};
use crate::world::{Kind, Tags, World};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "TagResource",
        method: "POST",
        path: "/tags/{resourceArn}",
        status: 200,
        run: tag,
    },
    RestOperation {
        name: "UntagResource",
        method: "DELETE",
        path: "/tags/{resourceArn}",
        status: 200,
        run: untag,
    },
    RestOperation {
        name: "ListTagsForResource",
        method: "GET",
        path: "/tags/{resourceArn}",
        status: 200,
        run: list,
    },
];

/// Source: the service model, `TagMap`.
const TAGS_MAX: usize = 50;

/// The object that a create with the same token has made.
///
/// # Errors
/// A `ConflictException` if that create was another one.
pub(super) fn spent(call: &Call<'_>, token: Option<&str>) -> Result<Option<String>, Refusal> {
    call.spent_token(token).map_err(|_| {
        let message = "The client token was used for a request with other parameters";
        conflict("CLIENT_TOKEN", token.unwrap_or_default(), message)
    })
}

/// The ARN in the path; tags know no ids (the service model's pattern).
fn resource_arn(call: &mut Call<'_>) -> Result<String, Refusal> {
    let arn = call.parameters.required("resourceArn")?;
    match arn.starts_with("arn:") {
        true => Ok(arn),
        false => Err(invalid("resourceArn", format!("{arn} is not an ARN"))),
    }
}

fn tag(call: &mut Call<'_>) -> JsonOutcome {
    let arn = resource_arn(call)?;
    let tags = call.parameters.map("tags")?;
    call.finish()?;
    let reserved = tags
        .keys()
        .find(|key| key.to_lowercase().starts_with("aws:"));
    if let Some(key) = reserved {
        return Err(invalid("tags", format!("The tag key {key} is reserved")));
    }
    let id = id_of(&arn).to_owned();
    let mut after: TagMap = tags_of(call, &id)?;
    after.extend(tags);
    if after.len() > TAGS_MAX {
        return Err(invalid("tags", format!("More than {TAGS_MAX} tags")));
    }
    retag(call, &id, &after)?;
    Ok(json!({}))
}

fn untag(call: &mut Call<'_>) -> JsonOutcome {
    let arn = resource_arn(call)?;
    let keys = call.parameters.list("tagKeys")?;
    call.finish()?;
    let id = id_of(&arn).to_owned();
    let mut after = tags_of(call, &id)?;
    after.retain(|key, _| !keys.contains(key));
    retag(call, &id, &after)?;
    Ok(json!({}))
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let arn = resource_arn(call)?;
    call.finish()?;
    let id = id_of(&arn);
    let kind = kind_of(id)?;
    let tags = (kind.see)(call, id).ok_or_else(|| not_found(kind.name, id))?;
    Ok(json!({ "tags": tags }))
}

/// A kind of object that has tags.
struct Taggable {
    prefix: &'static str,
    name: &'static str,
    see: fn(&Call<'_>, &str) -> Option<Tags>,
    find: fn(&Call<'_>, &str) -> Option<Tags>,
    set: fn(&mut World, &str, &TagMap),
}

const fn taggable<T: Kind>(prefix: &'static str, name: &'static str) -> Taggable {
    Taggable {
        prefix,
        name,
        see: |call, id| Some(call.see::<T>(id)?.tags.clone()),
        find: |call, id| Some(call.find::<T>(id)?.tags().clone()),
        set: |world, id, after| world.retag::<T>(id, |tags| tags.clone_from(after)),
    }
}

const TAGGABLE: &[Taggable] = &[
    taggable::<ResourceGateway>("rgw-", GATEWAY),
    taggable::<ResourceConfiguration>("rcfg-", CONFIGURATION),
    taggable::<ServiceNetwork>("sn-", NETWORK),
    taggable::<NetworkVpc>("snva-", NETWORK_VPC),
    taggable::<NetworkResource>("snra-", NETWORK_RESOURCE),
    taggable::<DomainVerification>("dv-", VERIFICATION),
];

fn kind_of(id: &str) -> Result<&'static Taggable, Refusal> {
    let found = TAGGABLE.iter().find(|kind| id.starts_with(kind.prefix));
    found.ok_or_else(|| not_found("RESOURCE", id))
}

/// The tags of an object of the caller's.
fn tags_of(call: &Call<'_>, id: &str) -> Result<TagMap, Refusal> {
    let kind = kind_of(id)?;
    (kind.find)(call, id).ok_or_else(|| not_found(kind.name, id))
}

fn retag(call: &mut Call<'_>, id: &str, after: &TagMap) -> Result<(), Refusal> {
    (kind_of(id)?.set)(call.world, id, after);
    Ok(())
}
