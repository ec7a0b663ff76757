//! How a target group checks its targets.

use aws_sdk_elasticloadbalancingv2::types::{ProtocolEnum, TargetGroup as AwsGroup};
use serde::{Deserialize, Serialize};

use crate::engine::Fact;

/// The settings of a health check, all of them always sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// `HTTP` or `HTTPS` for an ALB.
    pub protocol: Fact<String>,
    /// A port, or `traffic-port`.
    pub port: String,
    /// The path that is asked for.
    pub path: String,
    /// The status codes that count as healthy, such as `200-499`.
    pub matcher: String,
    /// Seconds between two checks.
    pub interval_s: i32,
    /// Seconds until a check counts as failed.
    pub timeout_s: i32,
    /// Successes in a row that make a target healthy.
    pub healthy_threshold: i32,
    /// Failures in a row that make a target unhealthy.
    pub unhealthy_threshold: i32,
}

impl HealthCheck {
    /// What AWS shows of a group's check.
    pub(super) fn of(group: &AwsGroup) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let matcher = group.matcher().and_then(|matcher| matcher.http_code());
        Self {
            protocol: text(group.health_check_protocol().map(ProtocolEnum::as_str)).into(),
            port: text(group.health_check_port()),
            path: text(group.health_check_path()),
            matcher: text(matcher),
            interval_s: group.health_check_interval_seconds().unwrap_or_default(),
            timeout_s: group.health_check_timeout_seconds().unwrap_or_default(),
            healthy_threshold: group.healthy_threshold_count().unwrap_or_default(),
            unhealthy_threshold: group.unhealthy_threshold_count().unwrap_or_default(),
        }
    }

    /// Whether what is seen is not what is wanted.
    pub(super) fn differs(&self, seen: &Fact<Self>) -> bool {
        let Fact::Known(seen) = seen else {
            return false;
        };
        let aside = |check: &Self| Self {
            protocol: Fact::Later,
            ..check.clone()
        };
        self.protocol.differs(&seen.protocol) || aside(self) != aside(seen)
    }
}
