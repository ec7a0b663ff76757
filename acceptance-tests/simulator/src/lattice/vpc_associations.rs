//! VPCs in service networks: put in, read, listed, changed, taken out.

use serde_json::{Value, json};

use super::arns::{arn, id_of};
use super::dns_wish;
use super::gateways::check_groups;
use super::pages::Page;
use super::refusals::{NETWORK_VPC, conflict, invalid, not_found, quota};
use super::sight::network;
use super::{Event, tags};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::Refusal;
use crate::world::network::Vpc;
use crate::world::service_network::{NetworkVpc, ServiceNetwork};
use crate::world::{Kind as _, Record, Scope, Seen};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "CreateServiceNetworkVpcAssociation",
        method: "POST",
        path: "/servicenetworkvpcassociations",
        status: 200,
        run: create,
    },
    RestOperation {
        name: "GetServiceNetworkVpcAssociation",
        method: "GET",
        path: "/servicenetworkvpcassociations/{serviceNetworkVpcAssociationIdentifier}",
        status: 200,
        run: get,
    },
    RestOperation {
        name: "ListServiceNetworkVpcAssociations",
        method: "GET",
        path: "/servicenetworkvpcassociations",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "UpdateServiceNetworkVpcAssociation",
        method: "PATCH",
        path: "/servicenetworkvpcassociations/{serviceNetworkVpcAssociationIdentifier}",
        status: 200,
        run: update,
    },
    RestOperation {
        name: "DeleteServiceNetworkVpcAssociation",
        method: "DELETE",
        path: "/servicenetworkvpcassociations/{serviceNetworkVpcAssociationIdentifier}",
        status: 200,
        run: delete,
    },
];

const GROUPS_MAX: usize = 5;

fn create(call: &mut Call<'_>) -> JsonOutcome {
    let token = call.parameters.text("clientToken");
    let named = call.parameters.required("serviceNetworkIdentifier")?;
    let vpc_id = call.parameters.required("vpcIdentifier")?;
    let group_ids = call.parameters.list("securityGroupIds")?;
    let private_dns = call.parameters.boolean("privateDnsEnabled")?;
    let private_dns = private_dns.unwrap_or_default();
    let dns = dns_wish::read(&mut call.parameters)?;
    let tags = call.parameters.map("tags")?;
    call.finish()?;
    if let Some(id) = tags::spent(call, token.as_deref())? {
        return made_body(call, &id);
    }
    let network = network(call, &named)?;
    let network_id = network.id.clone();
    if call.find::<Vpc>(&vpc_id).is_none() {
        return Err(not_found("VPC", &vpc_id));
    }
    check_wanted_groups(call, &vpc_id, &group_ids)?;
    check_free(call, network, &vpc_id)?;
    let association = NetworkVpc {
        network_id,
        vpc_id,
        status: "CREATE_IN_PROGRESS".to_owned(),
        group_ids,
        private_dns,
        dns: dns_wish::settled(private_dns, dns)?,
        updated: call.now(),
        round: 0,
    };
    let id = call.new_id("snva");
    call.create(&id, tags, association);
    call.spend_token(token.as_deref(), &id);
    settle(call, &id, 0);
    made_body(call, &id)
}

fn settle(call: &mut Call<'_>, id: &str, round: u32) {
    let event = Event::VpcJoined {
        id: id.to_owned(),
        round,
    };
    call.world
        .schedule(3_000, 30_000, crate::world::Event::Lattice(event));
}

fn check_wanted_groups(call: &Call<'_>, vpc_id: &str, ids: &[String]) -> Result<(), Refusal> {
    if ids.len() > GROUPS_MAX {
        return Err(invalid("securityGroupIds", "At most 5 security groups"));
    }
    check_groups(call, vpc_id, ids)
}

/// A VPC is in one network at most.
fn check_free(
    call: &Call<'_>,
    network: &Record<ServiceNetwork>,
    vpc_id: &str,
) -> Result<(), Refusal> {
    let all = || call.world.all::<NetworkVpc>();
    if let Some(other) = all().find(|it| it.value().vpc_id == vpc_id) {
        let message = format!(
            "VPC {vpc_id} is already associated with the service network {}",
            other.value().network_id
        );
        return Err(conflict(NETWORK_VPC, &other.id, message));
    }
    let inside = all().filter(|it| it.value().network_id == network.id);
    let name = "vpcs-per-service-network";
    match inside.count() < call.world.quota(&network.scope.account, name) {
        true => Ok(()),
        false => Err(quota(NETWORK_VPC, name)),
    }
}

/// What create and update answer with.
fn made_body(call: &Call<'_>, id: &str) -> JsonOutcome {
    let record = call.world.live::<NetworkVpc>(id);
    let record = record.ok_or_else(|| not_found(NETWORK_VPC, id))?;
    let it = record.value();
    let mut body = json!({
        "id": id,
        "arn": arn(&record.scope, id),
        "status": it.status,
        "createdBy": record.created_by.account,
        "securityGroupIds": it.group_ids,
        "privateDnsEnabled": it.private_dns,
    });
    dns_wish::show(&mut body, it.dns.as_ref());
    Ok(body)
}

/// Whether an association is the caller's business: the VPC is his, or the network.
fn concerns(call: &Call<'_>, record: &Record<NetworkVpc>) -> bool {
    record.scope == call.scope || network_scope(call, record.value()) == Some(&call.scope)
}

fn network_scope<'a>(call: &'a Call<'_>, it: &NetworkVpc) -> Option<&'a Scope> {
    let network = call.world.record::<ServiceNetwork>(&it.network_id);
    network.map(|it| &it.scope)
}

fn get(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("serviceNetworkVpcAssociationIdentifier")?;
    call.finish()?;
    let id = id_of(&identifier);
    let record = call.world.record::<NetworkVpc>(id);
    let record = record.filter(|it| concerns(call, it));
    let seen = record.and_then(|it| it.seen(call.lens));
    let body = record.zip(seen).and_then(|(record, seen)| {
        let mut body = row(call, record, &seen)?;
        if let Some(body) = body.as_object_mut() {
            let groups = json!(seen.value.group_ids);
            body.insert("securityGroupIds".to_owned(), groups);
        }
        Some(body)
    });
    body.ok_or_else(|| not_found(NETWORK_VPC, id))
}

fn row(call: &Call<'_>, record: &Record<NetworkVpc>, seen: &Seen<'_, NetworkVpc>) -> Option<Value> {
    let it = seen.value;
    let network = call.world.record::<ServiceNetwork>(&it.network_id)?;
    let mut row = json!({
        "id": seen.id,
        "arn": arn(seen.scope, seen.id),
        "status": it.status,
        "createdBy": record.created_by.account,
        "createdAt": seen.created.iso(),
        "serviceNetworkId": network.id,
        "serviceNetworkName": network.value().name,
        "serviceNetworkArn": arn(&network.scope, &network.id),
        "vpcId": it.vpc_id,
        "privateDnsEnabled": it.private_dns,
        "lastUpdatedAt": it.updated.iso(),
    });
    dns_wish::show(&mut row, it.dns.as_ref());
    Some(row)
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let page = Page::read(&mut call.parameters)?;
    let network = call.parameters.text("serviceNetworkIdentifier");
    let vpc = call.parameters.text("vpcIdentifier");
    call.finish()?;
    if network.is_none() && vpc.is_none() {
        let message = "serviceNetworkIdentifier or vpcIdentifier is required";
        return Err(invalid("serviceNetworkIdentifier", message));
    }
    let network = network.as_deref().map(id_of);
    let mut rows = Vec::new();
    for record in NetworkVpc::store(call.world).values() {
        let it = record.value();
        let wanted = network.is_none_or(|id| id == it.network_id)
            && vpc.as_ref().is_none_or(|id| *id == it.vpc_id)
            && concerns(call, record);
        if let Some(seen) = record.seen(call.lens).filter(|_| wanted) {
            rows.extend(row(call, record, &seen).map(|row| (record.id.clone(), row)));
        }
    }
    Ok(page.cut(rows))
}

/// Groups that are there can be exchanged, but not taken away altogether.
fn update(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("serviceNetworkVpcAssociationIdentifier")?;
    let given = call.parameters.has("securityGroupIds");
    let group_ids = call.parameters.list("securityGroupIds")?;
    let private_dns = call.parameters.boolean("privateDnsEnabled")?;
    let dns = dns_wish::read(&mut call.parameters)?;
    call.finish()?;
    if given && group_ids.is_empty() {
        return Err(invalid("securityGroupIds", "At least one security group"));
    }
    let id = id_of(&identifier).to_owned();
    let found = call.find::<NetworkVpc>(&id);
    let found = found.ok_or_else(|| not_found(NETWORK_VPC, &id))?;
    check_settled(found)?;
    let it = found.value().clone();
    check_wanted_groups(call, &it.vpc_id, &group_ids)?;
    let private_dns = private_dns.unwrap_or(it.private_dns);
    let dns = dns_wish::settled(private_dns, dns.or(it.dns.filter(|_| private_dns)))?;
    let now = call.now();
    call.world.change::<NetworkVpc>(&id, |it| {
        if given {
            it.group_ids = group_ids;
        }
        it.private_dns = private_dns;
        it.dns = dns;
        "UPDATE_IN_PROGRESS".clone_into(&mut it.status);
        it.updated = now;
        it.round += 1;
    });
    settle(call, &id, it.round + 1);
    made_body(call, &id)
}

fn check_settled(record: &Record<NetworkVpc>) -> Result<(), Refusal> {
    let (id, status) = (&record.id, &record.value().status);
    match status.ends_with("_IN_PROGRESS") {
        true => {
            let message = format!("ServiceNetworkVpcAssociation {id} is {status}");
            Err(conflict(NETWORK_VPC, id, message))
        }
        false => Ok(()),
    }
}

/// A delete on its way is told again as it is.
fn delete(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("serviceNetworkVpcAssociationIdentifier")?;
    call.finish()?;
    let id = id_of(&identifier).to_owned();
    let record = call.world.live::<NetworkVpc>(&id);
    let record = record.filter(|it| it.is_known(call.lens) && concerns(call, it));
    let record = record.ok_or_else(|| not_found(NETWORK_VPC, &id))?;
    let own_arn = arn(&record.scope, &id);
    if record.value().status != "DELETE_IN_PROGRESS" {
        check_settled(record)?;
        let now = call.now();
        call.world.change::<NetworkVpc>(&id, |it| {
            "DELETE_IN_PROGRESS".clone_into(&mut it.status);
            it.updated = now;
            it.round += 1;
        });
        let gone = crate::world::Event::Lattice(Event::VpcLeft(id.clone()));
        call.world.schedule(3_000, 60_000, gone);
    }
    Ok(json!({ "id": id, "arn": own_arn, "status": "DELETE_IN_PROGRESS" }))
}
