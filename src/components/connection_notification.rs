//! Events of an endpoint service, sent to an SNS topic.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types::{ConnectionNotification as AwsNotification, Filter};
use serde::{Deserialize, Serialize};

use crate::aws::ownership::fresh_token;
use crate::aws::{Aws, CallError, ErrorKind, Site, SiteAccess};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Place, Reason, Sighting, Verdict,
};

/// What is wanted of a notification. It takes no tags; of several of a service, the one with our
/// topic is ours.
#[derive(Clone, Debug)]
pub struct ConnectionNotification {
    /// Where the service is.
    pub site: Site,
    /// The service's id.
    pub service: Fact<String>,
    /// The topic's ARN.
    pub topic: Fact<String>,
    /// `Accept`, `Connect`, `Delete`, `Reject`.
    pub events: Fact<BTreeSet<String>>,
}

/// What can be seen of a notification.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenNotification {
    /// `vpce-nfn-…`.
    pub id: Fact<String>,
    /// The topic's ARN.
    pub topic: Fact<String>,
    /// The events.
    pub events: Fact<BTreeSet<String>>,
}

#[async_trait]
impl Component<Aws> for ConnectionNotification {
    type Seen = SeenNotification;
    const KIND: &'static str = "vpc_endpoint_connection_notification";

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenNotification) -> Verdict {
        Verdict::of_changes([
            ("topic", self.topic.differs(&seen.topic)),
            ("events", self.events.differs(&seen.events)),
        ])
    }

    fn foresee(&self, seen: &SeenNotification, _: &[&'static str]) -> SeenNotification {
        SeenNotification {
            id: seen.id.clone(),
            topic: self.topic.clone(),
            events: self.events.clone(),
        }
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenNotification>,
    ) -> Result<Sighting<SeenNotification>, Failure> {
        let Fact::Known(service) = &self.service else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let all = notifications(&access, service).await?;
        let found = match place.id {
            Some(id) => all
                .iter()
                .find(|it| it.id.known().is_some_and(|it| it == id)),
            None => None,
        };
        let same = || all.iter().find(|it| it.topic == self.topic);
        Ok(match found.or_else(same) {
            None => Sighting::Absent,
            Some(seen) => Sighting::Found(Found {
                id: seen.id.known().cloned().unwrap_or_default(),
                generation: 1,
                dying: false,
                seen: seen.clone(),
            }),
        })
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenNotification>, Failure> {
        let access = place.world.site(&self.site).await?;
        let (Fact::Known(service), Fact::Known(topic), Fact::Known(events)) =
            (&self.service, &self.topic, &self.events)
        else {
            return Err(Failure::later(
                "service, topic and events are not known yet",
            ));
        };
        // Another one for every call: a topic may come back, and what another run has made is found
        // by its topic. Within the call the same, so that an answer that is lost does no harm.
        let token = fresh_token();
        let answer = access
            .call("ec2:CreateVpcEndpointConnectionNotification", || {
                let call = access.ec2().create_vpc_endpoint_connection_notification();
                call.service_id(service)
                    .connection_notification_arn(topic)
                    .set_connection_events(Some(events.iter().cloned().collect()))
                    .client_token(&token)
                    .send()
            })
            .await;
        let made = answer.map_err(|error| self.explained(error))?;
        let made = made.connection_notification.map(|made| seen(&made));
        let seen = made.ok_or_else(|| Failure::later("AWS did not say what it made"))?;
        Ok(Made {
            id: seen.id.known().cloned().unwrap_or_default(),
            seen,
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenNotification,
        _: &[&'static str],
    ) -> Result<SeenNotification, Failure> {
        let access = place.world.site(&self.site).await?;
        let (Fact::Known(topic), Fact::Known(events)) = (&self.topic, &self.events) else {
            return Err(Failure::later("topic and events are not known yet"));
        };
        let id = place.id.unwrap_or_default();
        let call = || {
            let call = access.ec2().modify_vpc_endpoint_connection_notification();
            call.connection_notification_id(id)
                .connection_notification_arn(topic)
                .set_connection_events(Some(events.iter().cloned().collect()))
                .send()
        };
        let answer = access
            .call("ec2:ModifyVpcEndpointConnectionNotification", call)
            .await;
        answer.map_err(|error| self.explained(error))?;
        Ok(self.foresee(seen, &[]))
    }

    async fn delete(
        &self,
        place: Place<'_, Aws>,
        _: &SeenNotification,
    ) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        let action = "ec2:DeleteVpcEndpointConnectionNotifications";
        let id = place.id.unwrap_or_default();
        let call = || {
            let call = access.ec2().delete_vpc_endpoint_connection_notifications();
            call.connection_notification_ids(id).send()
        };
        let answer = match access.call(action, call).await {
            Err(error) if is_gone(&error) => return Ok(Deletion::Gone),
            answer => answer?,
        };
        let refused = answer.unsuccessful.unwrap_or_default();
        let Some(refusal) = refused.first().and_then(|item| item.error()) else {
            return Ok(Deletion::Gone);
        };
        let error = access.item_error(action, refusal.code(), refusal.message());
        match is_gone(&error) {
            true => Ok(Deletion::Gone),
            false => Err(error.into()),
        }
    }
}

impl ConnectionNotification {
    fn explained(&self, error: CallError) -> Failure {
        match error.kind {
            ErrorKind::Invalid | ErrorKind::Denied => {
                let topic = self.topic.known().cloned().unwrap_or_default();
                let reason = Reason::new(format!("AWS does not take {topic}."));
                let remedy = "The topic must be in the service's region, and its policy must let \
                              vpce.amazonaws.com publish (sns:Publish). That policy is left alone.";
                Failure::Never(reason.evidence(error.to_string()).remedy(remedy))
            }
            _ => error.into(),
        }
    }
}

/// An unknown id.
/// Source: the error that clients look for; the reference names none.
fn is_gone(error: &CallError) -> bool {
    error.is_not_found() || error.code == "InvalidConnectionNotification"
}

/// All notifications of a service, whoever made them.
pub(super) async fn notifications(
    access: &SiteAccess,
    service: &str,
) -> Result<Vec<SeenNotification>, Failure> {
    let filter = Filter::builder().name("service-id").values(service).build();
    let call = || {
        let call = access
            .ec2()
            .describe_vpc_endpoint_connection_notifications();
        call.filters(filter.clone()).send()
    };
    let action = "ec2:DescribeVpcEndpointConnectionNotifications";
    let answer = access.call(action, call).await?;
    let rows = answer.connection_notification_set.unwrap_or_default();
    Ok(rows.iter().map(seen).collect())
}

fn seen(notification: &AwsNotification) -> SeenNotification {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
    let events = notification.connection_events().iter().cloned();
    SeenNotification {
        id: text(notification.connection_notification_id()),
        topic: text(notification.connection_notification_arn()),
        events: events.collect::<BTreeSet<_>>().into(),
    }
}
