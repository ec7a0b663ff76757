//! The user's application load balancer and its listeners: read, never changed.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{Listener, LoadBalancerTypeEnum, ProtocolEnum};
use serde::{Deserialize, Serialize};

use super::vpc::never;
use crate::aws::{Aws, Site};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Reason, Sighting, Verdict,
};

/// An application load balancer that the user gave us.
#[derive(Clone, Debug)]
pub struct Alb {
    /// Where it is.
    pub site: Site,
    /// Its ARN.
    pub arn: Fact<String>,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenAlb {
    /// Its ARN.
    pub arn: Fact<String>,
    /// The VPC it stands in.
    pub vpc: Fact<String>,
    /// Its subnets.
    pub subnets: Fact<BTreeSet<String>>,
}

#[async_trait]
impl Component<Aws> for Alb {
    type Seen = SeenAlb;
    const KIND: &'static str = "application_load_balancer";
    const GIVEN: bool = true;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn given_as(&self) -> Option<String> {
        self.arn.known().cloned()
    }

    fn judge(&self, seen: &SeenAlb) -> Verdict {
        Verdict::of_changes([("arn", self.arn.differs(&seen.arn))])
    }

    /// Another one is in the same VPC: no target is taken from anywhere else.
    fn foresee(&self, seen: &SeenAlb, _: &[&'static str]) -> SeenAlb {
        SeenAlb {
            arn: self.arn.clone(),
            vpc: seen.vpc.clone(),
            subnets: Fact::Later,
        }
    }

    /// By name, from the list that also tells whether our own name is taken.
    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenAlb>,
    ) -> Result<Sighting<SeenAlb>, Failure> {
        let Fact::Known(arn) = &self.arn else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let name = arn.rsplit('/').nth(1).unwrap_or_default();
        let balancer = access.load_balancer_named(name, place.freshness).await?;
        let found = balancer.filter(|it| it.load_balancer_arn() == Some(arn.as_str()));
        let Some(balancer) = found else {
            return Ok(Sighting::Absent);
        };
        if balancer.r#type() != Some(&LoadBalancerTypeEnum::Application) {
            let what = format!("{arn} is no application load balancer.");
            let remedy = "Give the ARN of an application load balancer, loadbalancer/app/….";
            return Err(Failure::Never(Reason::new(what).remedy(remedy)));
        }
        let zones = balancer.availability_zones().iter();
        let subnets = zones.filter_map(|zone| zone.subnet_id().map(str::to_owned));
        let seen = SeenAlb {
            arn: arn.clone().into(),
            vpc: balancer.vpc_id().unwrap_or_default().to_owned().into(),
            subnets: subnets.collect::<BTreeSet<_>>().into(),
        };
        Ok(Sighting::Found(Found {
            id: arn.clone(),
            generation: 1,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<SeenAlb>, Failure> {
        Err(never())
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        _: &SeenAlb,
        _: &[&'static str],
    ) -> Result<SeenAlb, Failure> {
        Err(never())
    }

    async fn delete(&self, _: Place<'_, Aws>, _: &SeenAlb) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

/// Seconds in which a listener that another resource of the same apply makes has to come: longer
/// than the validation of a certificate usually takes.
pub(super) const LISTENER_PATIENCE_S: u64 = 300;

/// A listener of an application load balancer that the user gave us.
#[derive(Clone, Debug)]
pub struct AlbListener {
    /// Where it is.
    pub site: Site,
    /// The load balancer's ARN.
    pub balancer: Fact<String>,
    /// The port.
    pub port: u16,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenAlbListener {
    /// The load balancer's ARN.
    #[serde(default)]
    pub balancer: Fact<String>,
    /// The port.
    #[serde(default)]
    pub port: Fact<u16>,
    /// `HTTP` or `HTTPS`.
    pub protocol: Fact<String>,
}

#[async_trait]
impl Component<Aws> for AlbListener {
    type Seen = SeenAlbListener;
    const KIND: &'static str = "application_load_balancer_listener";
    const GIVEN: bool = true;
    const PACE: Pace = Pace::at_most_s(10).patient_for_s(LISTENER_PATIENCE_S);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenAlbListener) -> Verdict {
        let port = Fact::Known(self.port);
        if self.balancer.differs(&seen.balancer) || port.differs(&seen.port) {
            Verdict::Replace("another listener was given".to_owned())
        } else {
            Verdict::InPlace
        }
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenAlbListener>,
    ) -> Result<Sighting<SeenAlbListener>, Failure> {
        let Fact::Known(balancer) = &self.balancer else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let listeners = access
            .listeners(balancer, place.freshness)
            .await?
            .unwrap_or_default();
        let port = i32::from(self.port);
        let Some(listener) = listeners.iter().find(|it| it.port() == Some(port)) else {
            return Err(no_listener(balancer, self.port, &listeners));
        };
        let id = listener.listener_arn().unwrap_or_default().to_owned();
        let protocol = listener
            .protocol()
            .map(ProtocolEnum::as_str)
            .unwrap_or_default();
        let seen = SeenAlbListener {
            balancer: balancer.clone().into(),
            port: self.port.into(),
            protocol: protocol.to_owned().into(),
        };
        Ok(Sighting::Found(Found {
            id,
            generation: 1,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<SeenAlbListener>, Failure> {
        Err(never())
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        _: &SeenAlbListener,
        _: &[&'static str],
    ) -> Result<SeenAlbListener, Failure> {
        Err(never())
    }

    async fn delete(&self, _: Place<'_, Aws>, _: &SeenAlbListener) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

/// The ALB listens on other ports only, as yet.
pub(super) fn no_listener(balancer: &str, port: u16, listeners: &[Listener]) -> Failure {
    let ports: BTreeSet<i32> = listeners.iter().filter_map(Listener::port).collect();
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let there = match ports.as_slice() {
        [] => "on no port at all".to_owned(),
        [port] => format!("on port {port} only"),
        ports => format!("on ports {}", ports.join(", ")),
    };
    let reason = Reason::new(format!("{balancer} listens {there}, and not on {port}."));
    let remedy = "Correct alb_port, or add the listener to the ALB. If another resource of this \
                  configuration makes it, take alb_arn from that, such as \
                  aws_lb_listener.NAME.load_balancer_arn: then it comes first.";
    let title = format!("the ALB has no listener on port {port}");
    Failure::Soon(reason.remedy(remedy).titled(title))
}
