//! Service networks: made, read, listed, changed, deleted.

use serde_json::{Value, json};

use super::arns::{arn, id_of};
use super::network_endpoints;
use super::pages::Page;
use super::refusals::{NETWORK, conflict, not_found, quota};
use super::sight::own_network;
use super::{names, tags};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::ram::may_use;
use crate::wire::Refusal;
use crate::world::service_network::{NetworkResource, NetworkVpc, ServiceNetwork};
use crate::world::{Kind, Seen};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "CreateServiceNetwork",
        method: "POST",
        path: "/servicenetworks",
        status: 201,
        run: create,
    },
    RestOperation {
        name: "GetServiceNetwork",
        method: "GET",
        path: "/servicenetworks/{serviceNetworkIdentifier}",
        status: 200,
        run: get,
    },
    RestOperation {
        name: "ListServiceNetworks",
        method: "GET",
        path: "/servicenetworks",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "UpdateServiceNetwork",
        method: "PATCH",
        path: "/servicenetworks/{serviceNetworkIdentifier}",
        status: 200,
        run: update,
    },
    RestOperation {
        name: "DeleteServiceNetwork",
        method: "DELETE",
        path: "/servicenetworks/{serviceNetworkIdentifier}",
        status: 204,
        run: delete,
    },
];

const AUTH_TYPES: &[&str] = &["NONE", "AWS_IAM"];

fn create(call: &mut Call<'_>) -> JsonOutcome {
    let token = call.parameters.text("clientToken");
    let name = call.parameters.required("name")?;
    let auth_type = call.parameters.one_of("authType", AUTH_TYPES)?;
    let sharing = call
        .parameters
        .structure("sharingConfig", |sharing| sharing.boolean("enabled"))?;
    let tags = call.parameters.map("tags")?;
    call.finish()?;
    names::check_network(&name)?;
    if let Some(id) = tags::spent(call, token.as_deref())? {
        return made_body(call, &id, true);
    }
    check_free(call, &name)?;
    let default = call.world.doubts.is("network-shareable-default", "true");
    let network = ServiceNetwork {
        name,
        auth_type: auth_type.unwrap_or_else(|| "NONE".to_owned()),
        shareable: sharing.flatten().unwrap_or(default),
        updated: call.now(),
    };
    let id = call.new_id("sn");
    call.create(&id, tags, network);
    call.spend_token(token.as_deref(), &id);
    made_body(call, &id, true)
}

fn check_free(call: &Call<'_>, name: &str) -> Result<(), Refusal> {
    let own = || call.world.within::<ServiceNetwork>(&call.scope);
    if let Some(same) = own().find(|it| it.value().name == name) {
        let message = format!("A service network named {name} exists");
        return Err(conflict(NETWORK, &same.id, message));
    }
    let quota_name = "service-networks-per-region";
    match own().count() < call.world.quota(&call.scope.account, quota_name) {
        true => Ok(()),
        false => Err(quota(NETWORK, quota_name)),
    }
}

/// What create answers with, and update without the sharing.
fn made_body(call: &Call<'_>, id: &str, with_sharing: bool) -> JsonOutcome {
    let record = call.world.live::<ServiceNetwork>(id);
    let record = record.ok_or_else(|| not_found(NETWORK, id))?;
    let it = record.value();
    let mut body = json!({
        "id": id,
        "name": it.name,
        "arn": arn(&record.scope, id),
        "authType": it.auth_type,
    });
    if let (true, Some(body)) = (with_sharing, body.as_object_mut()) {
        body.insert(
            "sharingConfig".to_owned(),
            json!({ "enabled": it.shareable }),
        );
    }
    Ok(body)
}

fn get(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call.parameters.required("serviceNetworkIdentifier")?;
    call.finish()?;
    let id = id_of(&identifier);
    let found = visible(call).into_iter().find(|seen| {
        // What is another account's has to be named by its ARN.
        seen.id == id && (*seen.scope == call.scope || identifier == arn(seen.scope, id))
    });
    let seen = found.ok_or_else(|| not_found(NETWORK, id))?;
    let mut body = row(call, &seen);
    if let Some(body) = body.as_object_mut() {
        let sharing = json!({ "enabled": seen.value.shareable });
        body.insert("authType".to_owned(), json!(seen.value.auth_type));
        body.insert("sharingConfig".to_owned(), sharing);
        body.remove("numberOfAssociatedResourceConfigurations");
    }
    Ok(body)
}

/// What a read sees of the caller's networks, and of those that are shared with it.
fn visible<'a>(call: &'a Call<'_>) -> Vec<Seen<'a, ServiceNetwork>> {
    let near = ServiceNetwork::store(call.world)
        .values()
        .filter(|it| it.scope.region == call.scope.region);
    let allowed = near.filter(|it| {
        let shared = || may_use(call.world, &arn(&it.scope, &it.id), &call.scope.account);
        it.scope == call.scope || shared()
    });
    allowed.filter_map(|it| it.seen(call.lens)).collect()
}

fn row(call: &Call<'_>, seen: &Seen<'_, ServiceNetwork>) -> Value {
    json!({
        "id": seen.id,
        "name": seen.value.name,
        "arn": arn(seen.scope, seen.id),
        "createdAt": seen.created.iso(),
        "lastUpdatedAt": seen.value.updated.iso(),
        "numberOfAssociatedVPCs": count::<NetworkVpc>(call, |it| it.network_id == seen.id),
        "numberOfAssociatedServices": 0,
        "numberOfAssociatedResourceConfigurations":
            count::<NetworkResource>(call, |it| it.network_id == seen.id),
    })
}

/// How many objects of a kind this read sees, in whatever account.
fn count<T: Kind>(call: &Call<'_>, wanted: impl Fn(&T) -> bool) -> usize {
    let all = T::store(call.world).values();
    let seen = all.filter_map(|it| it.seen(call.lens));
    seen.filter(|it| wanted(it.value)).count()
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let page = Page::read(&mut call.parameters)?;
    call.finish()?;
    let all = visible(call);
    let rows = all.iter().map(|seen| (seen.id.to_owned(), row(call, seen)));
    Ok(page.cut(rows.collect()))
}

fn update(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call.parameters.required("serviceNetworkIdentifier")?;
    let auth_type = call.parameters.required("authType")?;
    call.finish()?;
    if !AUTH_TYPES.contains(&auth_type.as_str()) {
        let message = format!("{auth_type:?} is no type of authorization");
        return Err(super::refusals::invalid("authType", message));
    }
    let id = own_network(call, &identifier)?.id.clone();
    let now = call.now();
    call.world.change::<ServiceNetwork>(&id, |network| {
        network.auth_type = auth_type;
        network.updated = now;
    });
    made_body(call, &id, false)
}

/// A network goes when nothing is associated with it any more (rule 19).
fn delete(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call.parameters.required("serviceNetworkIdentifier")?;
    call.finish()?;
    let id = own_network(call, &identifier)?.id.clone();
    let world = &*call.world;
    let mut resources = world.all::<NetworkResource>();
    let mut vpcs = world.all::<NetworkVpc>();
    let held = match () {
        () if resources.any(|it| it.value().network_id == id) => "resource(s) associated.",
        () if vpcs.any(|it| it.value().network_id == id) => "VPC(s) associated",
        () if network_endpoints::of(world, &id).next().is_some() => "VPC endpoint(s) associated",
        () => {
            drop((resources, vpcs));
            call.world.remove::<ServiceNetwork>(&id);
            return Ok(Value::Null);
        }
    };
    let message = format!("ServiceNetwork {id} has {held}");
    Err(conflict(NETWORK, &id, message))
}
