//! Settings of health checks: read, bounded, and filled up with AWS's defaults.

use super::refusals::{configuration, validation};
use super::values;
use crate::wire::xml::{Members, node, text};
use crate::wire::{Parameters, Refusal};
use crate::world::load_balancing::{HealthCheck, TargetGroup};

/// Protocols that the model lists.
pub(super) const PROTOCOLS: &[&str] = &[
    "HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC",
];

/// The members that a call gives; absent ones stay, or take the default.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    protocol: Option<String>,
    port: Option<String>,
    path: Option<String>,
    matcher: Option<String>,
    interval_s: Option<u32>,
    timeout_s: Option<u32>,
    healthy_threshold: Option<u32>,
    unhealthy_threshold: Option<u32>,
}

/// Reads the members that CreateTargetGroup and ModifyTargetGroup share.
pub(super) fn read(parameters: &mut Parameters) -> Result<Wanted, Refusal> {
    let protocol = values::word(parameters, "HealthCheckProtocol", PROTOCOLS)?;
    let matcher = parameters.structure("Matcher", |matcher| {
        if matcher.has("GrpcCode") {
            return Err(Refusal::not_simulated("Matcher with GrpcCode"));
        }
        Ok(matcher.text("HttpCode"))
    })?;
    let wanted = Wanted {
        protocol,
        port: parameters.text("HealthCheckPort"),
        path: parameters.text("HealthCheckPath"),
        matcher: matcher.flatten(),
        interval_s: values::number(parameters, "HealthCheckIntervalSeconds", 5..=300)?,
        timeout_s: values::number(parameters, "HealthCheckTimeoutSeconds", 2..=120)?,
        healthy_threshold: values::number(parameters, "HealthyThresholdCount", 2..=10)?,
        unhealthy_threshold: values::number(parameters, "UnhealthyThresholdCount", 2..=10)?,
    };
    if parameters.boolean("HealthCheckEnabled")? == Some(false) {
        return Err(configuration(
            "Health checks can't be disabled for target groups with this target type",
        ));
    }
    Ok(wanted)
}

impl Wanted {
    /// The check of a new group.
    pub(super) fn with_defaults(
        self,
        group_protocol: &str,
        target_type: &str,
    ) -> Result<HealthCheck, Refusal> {
        let web_group = matches!(group_protocol, "HTTP" | "HTTPS");
        let usual = match (target_type, group_protocol) {
            ("alb", _) => "HTTP",
            (_, "HTTP" | "HTTPS") => group_protocol,
            _ => "TCP",
        };
        let protocol = self.protocol.clone().unwrap_or_else(|| usual.to_owned());
        let web = matches!(protocol.as_str(), "HTTP" | "HTTPS");
        let timeout_s = match (web_group, protocol.as_str()) {
            (true, _) => 5,
            (false, "HTTP") => 6,
            (false, _) => 10,
        };
        let matcher = if web_group { "200" } else { "200-399" };
        let base = HealthCheck {
            protocol,
            port: "traffic-port".to_owned(),
            path: web.then(|| "/".to_owned()),
            matcher: web.then(|| matcher.to_owned()),
            interval_s: 30,
            timeout_s,
            healthy_threshold: 5,
            unhealthy_threshold: 2,
        };
        self.over(&base, target_type)
    }

    /// A check with these settings in place of its own.
    pub(super) fn over(
        self,
        base: &HealthCheck,
        target_type: &str,
    ) -> Result<HealthCheck, Refusal> {
        let mut check = base.clone();
        if let Some(protocol) = self.protocol {
            let web = matches!(protocol.as_str(), "HTTP" | "HTTPS");
            check.path = check
                .path
                .filter(|_| web)
                .or_else(|| web.then(|| "/".to_owned()));
            let matcher = || web.then(|| "200-399".to_owned());
            check.matcher = check.matcher.filter(|_| web).or_else(matcher);
            check.protocol = protocol;
        }
        let web = matches!(check.protocol.as_str(), "HTTP" | "HTTPS");
        if !web && (self.path.is_some() || self.matcher.is_some()) {
            return Err(configuration(
                "Health check path and matcher are for HTTP and HTTPS health checks only",
            ));
        }
        check.path = self.path.or(check.path);
        check.matcher = self.matcher.or(check.matcher);
        check.port = self.port.unwrap_or(check.port);
        check.interval_s = self.interval_s.unwrap_or(check.interval_s);
        check.timeout_s = self.timeout_s.unwrap_or(check.timeout_s);
        check.healthy_threshold = self.healthy_threshold.unwrap_or(check.healthy_threshold);
        check.unhealthy_threshold = self
            .unhealthy_threshold
            .unwrap_or(check.unhealthy_threshold);
        judge(&check, target_type)?;
        Ok(check)
    }
}

fn judge(check: &HealthCheck, target_type: &str) -> Result<(), Refusal> {
    let protocols: &[&str] = match target_type {
        "alb" => &["HTTP", "HTTPS"],
        _ => &["HTTP", "HTTPS", "TCP"],
    };
    if !protocols.contains(&check.protocol.as_str()) {
        return Err(configuration(format!(
            "Health check protocol '{}' is not supported for target groups with target type \
             '{target_type}'",
            check.protocol
        )));
    }
    if check.port != "traffic-port" && !check.port.parse::<u16>().is_ok_and(|port| port > 0) {
        return Err(validation(format!(
            "Health check port '{}' is not valid",
            check.port
        )));
    }
    if check
        .path
        .as_ref()
        .is_some_and(|path| !path.starts_with('/') || path.len() > 1_024)
    {
        return Err(validation(
            "Health check path must begin with '/' and have at most 1024 characters",
        ));
    }
    if check
        .matcher
        .as_deref()
        .is_some_and(|matcher| ranges(matcher).is_none())
    {
        return Err(validation(
            "Health check matcher HTTP code must be within '200-599'",
        ));
    }
    if check.timeout_s > check.interval_s {
        return Err(validation(format!(
            "Health check interval must be greater than the timeout: {} s, {} s",
            check.interval_s, check.timeout_s
        )));
    }
    Ok(())
}

/// Whether the matcher holds an HTTP status.
pub(super) fn matches(matcher: &str, status: u16) -> bool {
    ranges(matcher).is_some_and(|all| {
        all.iter()
            .any(|(low, high)| (*low..=*high).contains(&status))
    })
}

fn ranges(matcher: &str) -> Option<Vec<(u16, u16)>> {
    matcher
        .split(',')
        .map(|part| {
            let (low, high) = part.split_once('-').unwrap_or((part, part));
            let (low, high) = (low.trim().parse().ok()?, high.trim().parse().ok()?);
            (200 <= low && low <= high && high <= 599).then_some((low, high))
        })
        .collect()
}

/// The port that a target is checked on.
pub(super) fn port_of(check: &HealthCheck, target_port: u16) -> u16 {
    check.port.parse().unwrap_or(target_port)
}

/// The members of a target group that speak of its health check.
pub(super) fn shown(group: &TargetGroup) -> Members {
    let check = &group.health_check;
    let mut row = vec![
        text("HealthCheckProtocol", &check.protocol),
        text("HealthCheckPort", &check.port),
        text("HealthCheckEnabled", true),
        text("HealthCheckIntervalSeconds", check.interval_s),
        text("HealthCheckTimeoutSeconds", check.timeout_s),
        text("HealthyThresholdCount", check.healthy_threshold),
        text("UnhealthyThresholdCount", check.unhealthy_threshold),
    ];
    row.extend(
        check
            .path
            .as_ref()
            .map(|path| text("HealthCheckPath", path)),
    );
    let matcher = check.matcher.as_ref();
    row.extend(matcher.map(|codes| node("Matcher", vec![text("HttpCode", codes)])));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matcher_holds_codes_and_ranges() {
        assert!(matches("200-399", 301));
        assert!(matches("200,404", 404));
        assert!(!matches("200,404", 301));
        assert!(ranges("100").is_none() && ranges("x").is_none() && ranges("300-200").is_none());
    }
}
