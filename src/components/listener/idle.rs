//! How long a listener keeps idle connections: an attribute with calls of its own.

use aws_sdk_elasticloadbalancingv2::types::ListenerAttribute;

use super::{Listener, SeenListener};
use crate::aws::SiteAccess;
use crate::aws::inventory::Kind;
use crate::engine::{Fact, Failure};

const IDLE_TIMEOUT: &str = "tcp.idle_timeout.seconds";

/// What AWS gives to every TCP listener, in seconds.
/// Source: the NLB guide, "Update the TCP idle timeout for your NLB listener".
pub(in crate::components) const DEFAULT_S: i64 = 350;

impl Listener {
    pub(super) fn idle_timeout_differs(&self, seen: &SeenListener) -> bool {
        Fact::Known(self.wanted_idle_s()).differs(&seen.idle_timeout_s)
    }

    pub(super) fn wanted_idle_s(&self) -> i64 {
        self.idle_timeout_s.unwrap_or(DEFAULT_S)
    }

    /// Asked only where somebody has said a value: it costs a call for each listener.
    pub(super) async fn idle_timeout(
        &self,
        access: &SiteAccess,
        arn: &str,
        remembered: Option<&SeenListener>,
    ) -> Result<Fact<i64>, Failure> {
        let last = remembered.and_then(|seen| seen.idle_timeout_s.known().copied());
        match (self.idle_timeout_s, last) {
            (None, None | Some(DEFAULT_S)) => Ok(Fact::Known(DEFAULT_S)),
            _ => Ok(idle_timeout(access, arn).await?.into()),
        }
    }

    pub(super) async fn put_idle_timeout(
        &self,
        access: &SiteAccess,
        arn: &str,
    ) -> Result<Fact<i64>, Failure> {
        let value = self.wanted_idle_s().to_string();
        let attribute = ListenerAttribute::builder().key(IDLE_TIMEOUT).value(value);
        let attribute = attribute.build();
        let call = || {
            let call = access.elb().modify_listener_attributes().listener_arn(arn);
            call.attributes(attribute.clone()).send()
        };
        let answer = access
            .call("elasticloadbalancing:ModifyListenerAttributes", call)
            .await;
        access.inventory().changed(Kind::Listeners);
        answer?;
        Ok(self.wanted_idle_s().into())
    }
}

/// The idle time-out of a listener, in seconds.
pub(in crate::components) async fn idle_timeout(
    access: &SiteAccess,
    arn: &str,
) -> Result<i64, Failure> {
    let call = || {
        let call = access.elb().describe_listener_attributes();
        call.listener_arn(arn).send()
    };
    let answer = access
        .call("elasticloadbalancing:DescribeListenerAttributes", call)
        .await?;
    let attributes = answer.attributes.unwrap_or_default();
    let value = attributes.iter().find(|it| it.key() == Some(IDLE_TIMEOUT));
    let value = value.and_then(|it| it.value()?.parse().ok());
    Ok(value.unwrap_or(DEFAULT_S))
}
