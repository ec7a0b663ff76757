//! Internet gateways: made, attached, listed, detached, deleted.

use super::lists::{List, USUAL_PAGE};
use super::refusals::{dependency, gateway_not_found, vpc_not_found};
use super::{limits, tags};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Members, items, node, text};
use crate::world::network::{InternetGateway, Vpc};
use crate::world::{Kind as _, Seen};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateInternetGateway",
        limits: limits::MUTATING,
        run: create,
    },
    Operation {
        name: "AttachInternetGateway",
        limits: limits::MUTATING,
        run: attach,
    },
    Operation {
        name: "DescribeInternetGateways",
        limits: limits::DESCRIBE,
        run: describe,
    },
    Operation {
        name: "DetachInternetGateway",
        limits: limits::MUTATING,
        run: detach,
    },
    Operation {
        name: "DeleteInternetGateway",
        limits: limits::MUTATING,
        run: delete,
    },
];

const FACETS: &[Facet<InternetGateway>] = &[
    ("internet-gateway-id", |gateway| vec![gateway.id.to_owned()]),
    ("attachment.vpc-id", |gateway| {
        gateway.value.vpc_id.iter().cloned().collect()
    }),
    ("attachment.state", |gateway| {
        gateway
            .value
            .vpc_id
            .iter()
            .map(|_| "available".to_owned())
            .collect()
    }),
    ("owner-id", |gateway| vec![gateway.scope.account.clone()]),
];

fn create(call: &mut Call<'_>) -> Outcome {
    let tags = tags::specified(call, InternetGateway::KIND)?;
    call.finish()?;
    let id = call.new_id("igw");
    call.create(&id, tags, InternetGateway { vpc_id: None });
    let made = call
        .world
        .live::<InternetGateway>(&id)
        .map(|record| row(call, &record.as_made()));
    Ok(vec![node("internetGateway", made.unwrap_or_default())])
}

fn attach(call: &mut Call<'_>) -> Outcome {
    let (id, vpc_id) = read_pair(call)?;
    let gateway = call
        .find::<InternetGateway>(&id)
        .ok_or_else(|| gateway_not_found(&id))?;
    if gateway.value().vpc_id.is_some() {
        return Err(Refusal::new(
            "Resource.AlreadyAssociated",
            format!("resource {id} is already attached to network"),
        ));
    }
    call.find::<Vpc>(&vpc_id)
        .ok_or_else(|| vpc_not_found(&vpc_id))?;
    let served = call
        .world
        .all::<InternetGateway>()
        .any(|gateway| gateway.value().vpc_id.as_deref() == Some(vpc_id.as_str()));
    if served {
        return Err(Refusal::invalid_value(format!(
            "Network {vpc_id} already has an internet gateway attached"
        )));
    }
    call.world
        .change::<InternetGateway>(&id, |gateway| gateway.vpc_id = Some(vpc_id));
    Ok(vec![text("return", true)])
}

fn detach(call: &mut Call<'_>) -> Outcome {
    let (id, vpc_id) = read_pair(call)?;
    let gateway = call
        .find::<InternetGateway>(&id)
        .ok_or_else(|| gateway_not_found(&id))?;
    if gateway.value().vpc_id.as_deref() != Some(vpc_id.as_str()) {
        return Err(Refusal::new(
            "Gateway.NotAttached",
            format!("resource {id} is not attached to network {vpc_id}"),
        ));
    }
    call.world
        .change::<InternetGateway>(&id, |gateway| gateway.vpc_id = None);
    Ok(vec![text("return", true)])
}

fn read_pair(call: &mut Call<'_>) -> Result<(String, String), Refusal> {
    let id = call.parameters.required("InternetGatewayId")?;
    let vpc_id = call.parameters.required("VpcId")?;
    call.finish()?;
    Ok((id, vpc_id))
}

fn describe(call: &mut Call<'_>) -> Outcome {
    List::<InternetGateway> {
        ids: "InternetGatewayId",
        facets: FACETS,
        page: USUAL_PAGE,
        answer: "internetGatewaySet",
        not_found: |_, id| gateway_not_found(id),
        row,
    }
    .run(call)
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("InternetGatewayId")?;
    call.finish()?;
    let gateway = call
        .find::<InternetGateway>(&id)
        .ok_or_else(|| gateway_not_found(&id))?;
    if gateway.value().vpc_id.is_some() {
        let message = format!("The internetGateway '{id}' has dependencies and cannot be deleted.");
        return Err(dependency(message));
    }
    call.world.remove::<InternetGateway>(&id);
    Ok(vec![text("return", true)])
}

fn row(_: &Call<'_>, gateway: &Seen<'_, InternetGateway>) -> Members {
    let attachments = gateway
        .value
        .vpc_id
        .iter()
        .map(|vpc_id| vec![text("vpcId", vpc_id), text("state", "available")]);
    vec![
        text("internetGatewayId", gateway.id),
        text("ownerId", &gateway.scope.account),
        items("attachmentSet", attachments),
        tags::tag_set(gateway.tags),
    ]
}
