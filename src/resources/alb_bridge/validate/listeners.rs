//! What is wrong about listeners.

use std::collections::BTreeMap;

use super::super::model::{AlbBridge, BridgeHealthCheck, BridgeListener};
use crate::protocol::{Diagnostics, Map, Path};
use crate::resources::checks;
use crate::resources::text::is_label;

/// Everything about listeners.
pub(super) fn check(config: &AlbBridge, found: &mut Diagnostics) {
    let path = Path::root().attribute("listeners");
    if config.listeners.known().is_some_and(Map::is_empty) {
        found.error_at(
            path.clone(),
            "No listener",
            "Nothing could connect: give at least one.",
        );
    }
    for (key, _) in config
        .listeners
        .known()
        .into_iter()
        .flatten()
        .filter(|it| it.1.is_null())
    {
        let detail = "A listener can't be null: take the entry out, or give its port.";
        found.error_at(path.clone().key(key), "Listener without values", detail);
    }
    let mut by_port: BTreeMap<i64, &str> = BTreeMap::new();
    for (key, listener) in config.known_listeners() {
        let path = path.clone().key(key);
        if key.len() > 16 || !is_label(key) {
            let detail =
                format!("{key:?}: use at most 16 lower-case letters, digits and single hyphens.");
            found.error_at(path.clone(), "Invalid key", detail);
        }
        check_listener(listener, &path, found);
        let Some(port) = listener.port.known() else {
            continue;
        };
        if let Some(other) = by_port.insert(*port, key) {
            let detail = format!(
                "{other:?} listens on port {port} already. A listener is recognised by its port."
            );
            found.error_at(path.attribute("port"), "Port given twice", detail);
        }
    }
}

fn check_listener(listener: &BridgeListener, path: &Path, found: &mut Diagnostics) {
    for (port, name) in [(&listener.port, "port"), (&listener.alb_port, "alb_port")] {
        checks::range(port, 1..=65535, path.clone().attribute(name), found);
    }
    let health_check = path.clone().attribute("health_check");
    checks::says_something(&listener.health_check, health_check, found);
    if let Some(check) = listener.health_check.known() {
        check_health(check, &path.clone().attribute("health_check"), found);
    }
}

/// Source: CreateTargetGroup, `HealthCheckPath`.
const PATH_MAX: usize = 1024;

/// Source: Matcher, `HttpCode`, for targets that are Application Load Balancers.
fn is_matcher(codes: &str) -> bool {
    let code = |text: &str| {
        let plain = text.len() == 3 && text.bytes().all(|it| it.is_ascii_digit());
        let code = text.parse::<u16>().ok().filter(|_| plain);
        code.filter(|code| (200..=499).contains(code))
    };
    codes.split(',').all(|part| match part.split_once('-') {
        Some((low, high)) => code(low)
            .zip(code(high))
            .is_some_and(|(low, high)| low <= high),
        None => code(part).is_some(),
    })
}

fn check_health(check: &BridgeHealthCheck, path: &Path, found: &mut Diagnostics) {
    let at = |name: &str| path.clone().attribute(name);
    if let Some(protocol) = check.protocol.as_str()
        && !matches!(protocol, "HTTP" | "HTTPS")
    {
        let detail = format!("{protocol:?}: an ALB is checked by \"HTTP\" or \"HTTPS\".");
        found.error_at(at("protocol"), "Invalid protocol", detail);
    }
    let is_path = |path: &&str| {
        path.starts_with('/') && path.len() <= PATH_MAX && !path.chars().any(char::is_control)
    };
    if check.path.as_str().filter(|path| !is_path(path)).is_some() {
        let detail = "A path begins with \"/\" and has at most 1,024 characters, none of them a control \
                      character.";
        found.error_at(at("path"), "Invalid path", detail);
    }
    if let Some(codes) = check.matcher.as_str().filter(|codes| !is_matcher(codes)) {
        let detail = format!(
            "{codes:?}: give codes from 200 to 499, ranges of them, or several with commas between: \
             \"200\", \"200-399\", \"200,302\"."
        );
        found.error_at(at("matcher"), "Invalid matcher", detail);
    }
    checks::range(&check.port, 1..=65535, at("port"), found);
    checks::range(&check.interval, 5..=300, at("interval"), found);
    checks::range(&check.timeout, 2..=120, at("timeout"), found);
    checks::range(
        &check.healthy_threshold,
        2..=10,
        at("healthy_threshold"),
        found,
    );
    checks::range(
        &check.unhealthy_threshold,
        2..=10,
        at("unhealthy_threshold"),
        found,
    );
    let interval = check.interval.known().copied().unwrap_or(10);
    let timeout = check.timeout.known().copied().unwrap_or(6);
    if timeout >= interval && !check.interval.is_unknown() && !check.timeout.is_unknown() {
        let detail = format!("{timeout} s is not below the interval of {interval} s.");
        found.error_at(at("timeout"), "Time-out too long", detail);
    }
}
