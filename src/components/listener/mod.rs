//! A TCP listener of our network load balancer.

mod exchange;
pub(super) mod idle;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, Listener as AwsListener, ProtocolEnum,
};
use serde::{Deserialize, Serialize};

pub(super) use exchange::remove;
pub(super) use exchange::remove_warming;
use exchange::{DRAIN, Exchange, WARMING};

use super::marking::{Marking, elb_tag_list};
use crate::aws::inventory::Kind;
use crate::aws::ownership::Mark;
use crate::aws::{Aws, ErrorKind, Site, SiteAccess, Tags};
use crate::engine::{Component, Deletion, Fact, Failure, Found, Made, Place, Sighting, Verdict};

/// What is wanted of a listener.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Where it is.
    pub site: Site,
    /// The load balancer's ARN.
    pub balancer: Fact<String>,
    /// The port, which is its identity.
    pub port: u16,
    /// The target group it forwards to, by ARN.
    pub target_group: Fact<String>,
    /// Seconds until an idle connection is dropped, where it is not AWS's default.
    pub idle_timeout_s: Option<i64>,
    /// Its tags.
    pub marking: Marking,
}

/// What can be seen of a listener.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenListener {
    /// Its ARN.
    pub arn: Fact<String>,
    /// The target group it forwards to.
    pub target_group: Fact<String>,
    /// How far it has been handed over to another group.
    #[serde(default)]
    pub exchange: Exchange,
    /// Seconds until an idle connection is dropped.
    #[serde(default)]
    pub idle_timeout_s: Fact<i64>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

#[async_trait]
impl Component<Aws> for Listener {
    type Seen = SeenListener;
    const KIND: &'static str = "listener";
    const PART: bool = true;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenListener) -> Verdict {
        if let Some(verdict) = self.judge_exchange(seen) {
            return verdict;
        }
        Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            (
                "target_group",
                self.target_group.differs(&seen.target_group),
            ),
            ("idle_timeout", self.idle_timeout_differs(seen)),
        ])
    }

    fn foresee(&self, seen: &SeenListener, changes: &[&'static str]) -> SeenListener {
        let mut seen = seen.clone();
        if changes.contains(&"target_group") || changes.contains(&WARMING) {
            seen.target_group = self.target_group.clone();
        }
        if changes.contains(&"idle_timeout") {
            seen.idle_timeout_s = self.wanted_idle_s().into();
        }
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        seen
    }

    /// By its port: the load balancer is ours, and so is what listens on the ports we want.
    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenListener>,
    ) -> Result<Sighting<SeenListener>, Failure> {
        let Fact::Known(balancer) = &self.balancer else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        // Asked at once, so that reads can be joined.
        let tags = async {
            match place.id {
                Some(arn) => access.elb_tags(arn, place.freshness).await,
                None => Ok(None),
            }
        };
        let (listeners, _) = futures::join!(access.listeners(balancer, place.freshness), tags);
        let listeners = listeners?.unwrap_or_default();
        let mine = |listener: &&AwsListener| listener.port() == Some(i32::from(self.port));
        let Some(listener) = listeners.iter().find(mine) else {
            return Ok(Sighting::Absent);
        };
        let arn = listener.listener_arn().unwrap_or_default().to_owned();
        let Some(tags) = access.elb_tags(&arn, place.freshness).await? else {
            return Ok(Sighting::Absent);
        };
        let mut seen = seen(listener, tags);
        let now = forwards_to(listener);
        let fresh = (place.freshness, place.polling);
        seen.exchange = self
            .exchange(&access, &listeners, (&now, remembered), fresh)
            .await?;
        seen.idle_timeout_s = self.idle_timeout(&access, &arn, remembered).await?;
        let generation = seen.generation;
        Ok(Sighting::Found(Found {
            id: arn,
            generation,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenListener>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let (Fact::Known(balancer), Fact::Known(group)) = (&self.balancer, &self.target_group)
        else {
            return Err(Failure::later(
                "the load balancer and target group are not known yet",
            ));
        };
        let action = forward_to(group);
        let answer = access
            .call("elasticloadbalancing:CreateListener", || {
                let call = access.elb().create_listener().load_balancer_arn(balancer);
                let call = call.protocol(ProtocolEnum::Tcp).port(i32::from(self.port));
                call.default_actions(action.clone())
                    .set_tags(Some(elb_tag_list(&tags)))
                    .send()
            })
            .await;
        access.inventory().changed(Kind::Listeners);
        access.inventory().changed(Kind::ElbTags);
        let made = match answer {
            Err(error) if error.kind == ErrorKind::Exists => return Err(error.later()),
            answer => answer?.listeners.unwrap_or_default().into_iter().next(),
        };
        let made =
            made.ok_or_else(|| Failure::later("AWS made a listener and did not say which"))?;
        let id = made.listener_arn().unwrap_or_default().to_owned();
        let seen = SeenListener {
            arn: id.clone().into(),
            target_group: group.clone().into(),
            exchange: Exchange::default(),
            idle_timeout_s: idle::DEFAULT_S.into(),
            tags: tags.into(),
            generation: place.generation,
        };
        Ok(Made {
            id,
            seen,
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenListener,
        fields: &[&'static str],
    ) -> Result<SeenListener, Failure> {
        let access = place.world.site(&self.site).await?;
        let arn = place.id.unwrap_or_default();
        let mut now = seen.clone();
        if fields.contains(&"tags") {
            let tags = self
                .marking
                .put_elb(&access, arn, &seen.tags, seen.generation)
                .await?;
            now.tags = tags.into();
        }
        if fields.contains(&"target_group") {
            let changed = self.put_target_group(&access, arn).await;
            access.inventory().changed(Kind::Listeners);
            now.target_group = changed?.into();
            // Remembered before anything is asked: whoever comes after a failure drains it.
            now.exchange.draining = seen.target_group.known().cloned();
        }
        if fields.contains(&DRAIN) {
            now.exchange = self.drain(&access, seen).await?;
        }
        if fields.contains(&"idle_timeout") {
            now.idle_timeout_s = self.put_idle_timeout(&access, arn).await?;
        }
        if fields.contains(&WARMING) {
            now.exchange = self.put_warming(&access, seen).await?;
        }
        Ok(now)
    }

    async fn delete(&self, place: Place<'_, Aws>, _: &SeenListener) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        remove(&access, place.id.unwrap_or_default()).await?;
        Ok(Deletion::Gone)
    }
}

impl Listener {
    async fn put_target_group(&self, access: &SiteAccess, arn: &str) -> Result<String, Failure> {
        let Fact::Known(group) = &self.target_group else {
            return Err(Failure::later("the target group is not known yet"));
        };
        let action = forward_to(group);
        let call = || {
            let call = access.elb().modify_listener().listener_arn(arn);
            call.default_actions(action.clone()).send()
        };
        access
            .call("elasticloadbalancing:ModifyListener", call)
            .await?;
        Ok(group.clone())
    }
}

/// The ARN of the load balancer that a listener is on, by the listener's own.
pub(super) fn balancer_of(listener: &str) -> Option<String> {
    let (balancer, _) = listener.rsplit_once('/')?;
    Some(balancer.replacen(":listener/", ":loadbalancer/", 1))
}

/// A listener as AWS shows it.
pub(super) fn seen(listener: &AwsListener, tags: Tags) -> SeenListener {
    SeenListener {
        arn: listener
            .listener_arn()
            .unwrap_or_default()
            .to_owned()
            .into(),
        target_group: forwards_to(listener).into(),
        exchange: Exchange::default(),
        idle_timeout_s: Fact::Later,
        generation: Mark::read(&tags).generation,
        tags: tags.into(),
    }
}

fn forward_to(group: &str) -> Action {
    Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .target_group_arn(group)
        .build()
}

/// The group that gets the listener's connections; empty if it is none, or several.
fn forwards_to(listener: &AwsListener) -> String {
    let action = listener.default_actions().first();
    let single = action.and_then(|action| action.target_group_arn());
    let first = action
        .and_then(|action| action.forward_config())
        .and_then(|forward| forward.target_groups().first())
        .and_then(|group| group.target_group_arn());
    single.or(first).unwrap_or_default().to_owned()
}
