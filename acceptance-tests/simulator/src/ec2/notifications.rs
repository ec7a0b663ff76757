//! Connection notifications: which events of a service or an endpoint go to which SNS topic. Topics
//! themselves are not simulated.

use super::endpoint_services::unsuccessful;
use super::limits;
use super::lists::{CLAMPED_PAGE, List};
use super::refusals::{endpoint_not_found, service_not_found};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::regions;
use crate::wire::Refusal;
use crate::wire::xml::{Members, item_texts, node, text};
use crate::world::private_link::{ConnectionNotification, Endpoint, EndpointService, Notified};
use crate::world::{Seen, Tags, World};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateVpcEndpointConnectionNotification",
        limits: limits::MUTATING,
        run: create,
    },
    Operation {
        name: "DescribeVpcEndpointConnectionNotifications",
        limits: limits::DESCRIBE,
        run: describe,
    },
    Operation {
        name: "ModifyVpcEndpointConnectionNotification",
        limits: limits::MUTATING,
        run: modify,
    },
    Operation {
        name: "DeleteVpcEndpointConnectionNotifications",
        limits: limits::MUTATING,
        run: delete,
    },
];

const EVENTS: &[&str] = &["Accept", "Connect", "Delete", "Reject"];

const FACETS: &[Facet<ConnectionNotification>] = &[
    ("connection-notification-arn", |one| {
        vec![one.value.topic_arn.clone()]
    }),
    ("connection-notification-id", |one| vec![one.id.to_owned()]),
    ("connection-notification-state", |_| {
        vec!["Enabled".to_owned()]
    }),
    ("connection-notification-type", |_| vec!["Topic".to_owned()]),
    ("service-id", |one| match &one.value.about {
        Notified::Service(id) => vec![id.clone()],
        Notified::Endpoint(_) => Vec::new(),
    }),
    ("vpc-endpoint-id", |one| match &one.value.about {
        Notified::Service(_) => Vec::new(),
        Notified::Endpoint(id) => vec![id.clone()],
    }),
];

fn create(call: &mut Call<'_>) -> Outcome {
    let service_id = call.parameters.text("ServiceId");
    let endpoint_id = call.parameters.text("VpcEndpointId");
    let topic_arn = call.parameters.required("ConnectionNotificationArn")?;
    let events = call.parameters.list("ConnectionEvents")?;
    let token = call.parameters.text("ClientToken");
    call.finish()?;
    if let Some(id) = replayed(call, token.as_deref())? {
        return Ok(answer(call, &id, token));
    }
    let about = about(call, service_id, endpoint_id)?;
    check_topic(call, &topic_arn)?;
    if events.is_empty() {
        return Err(Refusal::missing("ConnectionEvents"));
    }
    let notification = ConnectionNotification {
        about,
        topic_arn,
        events: checked(&events)?,
    };
    check_new(call, &notification, None)?;
    let id = call.new_id("vpce-nfn");
    call.create(&id, Tags::new(), notification);
    call.spend_token(token.as_deref(), &id);
    Ok(answer(call, &id, token))
}

/// The notification that the token made before, if it answers for it again.
fn replayed(call: &Call<'_>, token: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(id) = call.spent_token(token)? else {
        return Ok(None);
    };
    let dead = call.world.live::<ConnectionNotification>(&id).is_none();
    Ok((!dead || call.world.doubts.is("spent-token", "replays")).then_some(id))
}

/// What it is about: a service or an endpoint of the caller's own.
fn about(
    call: &Call<'_>,
    service_id: Option<String>,
    endpoint_id: Option<String>,
) -> Result<Notified, Refusal> {
    match (service_id, endpoint_id) {
        (Some(id), None) => match call.find::<EndpointService>(&id) {
            Some(_) => Ok(Notified::Service(id)),
            None => Err(service_not_found(call, &id)),
        },
        (None, Some(id)) => match call.find::<Endpoint>(&id) {
            Some(endpoint) if endpoint.value().state != "deleted" => Ok(Notified::Endpoint(id)),
            _ => Err(endpoint_not_found(call, &id)),
        },
        _ => Err(Refusal::combination(
            "Exactly one of ServiceId and VpcEndpointId must be given",
        )),
    }
}

/// A topic's ARN is `arn:aws:sns:REGION:ACCOUNT:NAME`, in the region of the call.
fn check_topic(call: &Call<'_>, arn: &str) -> Result<(), Refusal> {
    let parts: Vec<&str> = arn.split(':').collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let named = |name: &str| {
        let stem = name.strip_suffix(".fifo").unwrap_or(name);
        (1..=256).contains(&name.len()) && !stem.is_empty() && stem.chars().all(plain)
    };
    let digits = |text: &str| text.len() == 12 && text.chars().all(|c| c.is_ascii_digit());
    match parts.as_slice() {
        ["arn", "aws", "sns", region, account, name]
            if regions::find(region).is_some() && digits(account) && named(name) =>
        {
            if *region == call.scope.region {
                return Ok(());
            }
            Err(Refusal::invalid_parameter(format!(
                "The SNS topic {arn} is not in the Region {}",
                call.scope.region
            )))
        }
        _ => Err(Refusal::invalid_parameter(format!(
            "The ARN {arn} is not that of an SNS topic"
        ))),
    }
}

/// The events, each once.
fn checked(events: &[String]) -> Result<Vec<String>, Refusal> {
    if let Some(stranger) = events
        .iter()
        .find(|event| !EVENTS.contains(&event.as_str()))
    {
        return Err(Refusal::invalid_parameter(format!(
            "The connection event {stranger} is not valid. Valid values are: {}",
            EVENTS.join(", ")
        )));
    }
    let mut once: Vec<String> = Vec::new();
    for event in events {
        if !once.contains(event) {
            once.push(event.clone());
        }
    }
    Ok(once)
}

/// Whether the same topic can be told twice is a doubt.
fn check_new(
    call: &Call<'_>,
    wanted: &ConnectionNotification,
    own_id: Option<&str>,
) -> Result<(), Refusal> {
    let again = call
        .world
        .within::<ConnectionNotification>(&call.scope)
        .any(|other| {
            let value = other.value();
            let same = value.about == wanted.about && value.topic_arn == wanted.topic_arn;
            same && Some(other.id.as_str()) != own_id
        });
    if again && call.world.doubts.is("notification-again", "refused") {
        return Err(Refusal::invalid_parameter(
            "A connection notification with this topic exists already",
        ));
    }
    Ok(())
}

fn answer(call: &Call<'_>, id: &str, token: Option<String>) -> Members {
    let record = call.world.record::<ConnectionNotification>(id);
    let members = record.map(|record| row(call, &record.as_made()));
    let token = token.map(|token| text("clientToken", token));
    let shown = node("connectionNotification", members.unwrap_or_default());
    std::iter::once(shown).chain(token).collect()
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let name = "ConnectionNotificationId";
    let id = call.parameters.text(name);
    List::<ConnectionNotification> {
        ids: name,
        facets: FACETS,
        page: CLAMPED_PAGE,
        answer: "connectionNotificationSet",
        not_found: |_, id| not_found(id),
        row,
    }
    .run_with(call, id.into_iter().collect())
}

fn row(_: &Call<'_>, one: &Seen<'_, ConnectionNotification>) -> Members {
    let about = match &one.value.about {
        Notified::Service(id) => text("serviceId", id),
        Notified::Endpoint(id) => text("vpcEndpointId", id),
    };
    vec![
        text("connectionNotificationId", one.id),
        about,
        text("connectionNotificationType", "Topic"),
        text("connectionNotificationArn", &one.value.topic_arn),
        item_texts("connectionEvents", &one.value.events),
        text("connectionNotificationState", "Enabled"),
        text("serviceRegion", &one.scope.region),
    ]
}

fn modify(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("ConnectionNotificationId")?;
    let topic_arn = call.parameters.text("ConnectionNotificationArn");
    let events = call.parameters.list("ConnectionEvents")?;
    call.finish()?;
    let mut wanted = call
        .find::<ConnectionNotification>(&id)
        .ok_or_else(|| not_found(&id))?
        .value()
        .clone();
    if let Some(arn) = topic_arn {
        check_topic(call, &arn)?;
        wanted.topic_arn = arn;
    }
    if !events.is_empty() {
        wanted.events = checked(&events)?;
    }
    check_new(call, &wanted, Some(&id))?;
    call.world
        .change::<ConnectionNotification>(&id, |one| *one = wanted);
    Ok(vec![text("return", true)])
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let ids = call.parameters.list("ConnectionNotificationId")?;
    call.finish()?;
    if ids.is_empty() {
        return Err(Refusal::missing("ConnectionNotificationId"));
    }
    let absent = |id: &String| call.find::<ConnectionNotification>(id).is_none();
    let (absent, present): (Vec<_>, Vec<_>) = ids.into_iter().partition(absent);
    let whole_call = call
        .world
        .doubts
        .is("unknown-notification-on-delete", "call");
    if let Some(id) = absent.first().filter(|_| whole_call) {
        return Err(not_found(id));
    }
    for id in &present {
        call.world.remove::<ConnectionNotification>(id);
    }
    let failed = absent.into_iter().map(|id| {
        let refusal = not_found(&id);
        (id, refusal)
    });
    Ok(vec![unsuccessful(failed.collect())])
}

/// A service or an endpoint is gone; whether its notifications go along is a doubt.
pub(super) fn forget(world: &mut World, about: &Notified) {
    if world.doubts.is("notifications-of-the-gone", "left-behind") {
        return;
    }
    let ids: Vec<String> = world
        .all::<ConnectionNotification>()
        .filter(|one| one.value().about == *about)
        .map(|one| one.id.clone())
        .collect();
    for id in ids {
        world.remove::<ConnectionNotification>(&id);
    }
}

fn not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidConnectionNotification",
        format!("The connection notification '{id}' does not exist"),
    )
}
