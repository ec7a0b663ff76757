//! What is wrong about endpoints.

use super::super::endpoints::read_ports;
use super::super::model::{SharedDb, SharedEndpoint};
use crate::aws::Arn;
use crate::protocol::{Diagnostics, Map, Path, Set};
use crate::resources::text::{is_domain, is_id, is_label};

/// Everything about endpoints.
pub(super) fn check(config: &SharedDb, found: &mut Diagnostics) {
    let path = Path::root().attribute("endpoints");
    if config.endpoints.known().is_some_and(Map::is_empty) {
        let detail = "Nothing would be shared: name at least one endpoint.";
        found.error_at(path.clone(), "No endpoints", detail);
    }
    for (key, endpoint) in config.endpoints.known().into_iter().flatten() {
        let path = path.clone().key(key);
        if !is_label(key) || key.len() > 16 {
            let detail = format!(
                "{key:?}: use 1 to 16 lower-case letters, digits and single hyphens, with a letter or \
                 digit at both ends."
            );
            found.error_at(path.clone(), "Invalid key", detail);
        }
        match endpoint.known() {
            Some(endpoint) => check_endpoint(config, endpoint, &path, found),
            None if endpoint.is_null() => {
                let detail =
                    "An endpoint can't be null: take the entry out, or say what is shared.";
                found.error_at(path, "Endpoint without values", detail);
            }
            None => {}
        }
    }
}

fn check_endpoint(
    config: &SharedDb,
    endpoint: &SharedEndpoint,
    path: &Path,
    found: &mut Diagnostics,
) {
    let at = |name: &str| path.clone().attribute(name);
    let targets = [&endpoint.arn, &endpoint.dns_name, &endpoint.ip_address];
    let given = targets.iter().filter(|it| !it.is_null()).count();
    if given != 1 {
        let detail = "Give exactly one of arn, dns_name and ip_address.";
        found.error_at(path.clone(), "What is shared?", detail);
    }
    if !endpoint.arn.is_null() {
        check_by_arn(config, endpoint, path, found);
    } else if endpoint.port.is_null() == endpoint.port_ranges.is_null() {
        let detail = "Give port, or port_ranges for several.";
        found.error_at(path.clone(), "By which port?", detail);
    }
    if let Some(port) = endpoint
        .port
        .known()
        .filter(|it| !(1..=65_535).contains(*it))
    {
        let detail = format!("{port} is no TCP port: 1 to 65535.");
        found.error_at(at("port"), "Not a port", detail);
    }
    if endpoint.port_ranges.known().is_some_and(Set::is_empty) {
        let detail =
            "Nobody could get through: give at least one, such as \"5432\" or \"6000-6010\".";
        found.error_at(at("port_ranges"), "No ports", detail);
    }
    let ranges = endpoint
        .port_ranges
        .known()
        .into_iter()
        .flat_map(Set::known);
    for range in ranges.filter(|range| read_ports(range).is_none()) {
        let detail = format!("{range:?} is neither a port nor a range such as \"6000-6010\".");
        found.error_at(at("port_ranges"), "Not ports", detail);
    }
    let address = endpoint.ip_address.as_str();
    if let Some(text) = address.filter(|text| text.parse::<std::net::IpAddr>().is_err()) {
        let detail = format!("{text:?} is no address. For names there is dns_name.");
        found.error_at(at("ip_address"), "Not an address", detail);
    }
    if let Some(text) = endpoint.dns_name.as_str() {
        check_name(text, at("dns_name"), found);
    }
    let verification = endpoint.custom_domain_verification_id.as_str();
    if let Some(id) = verification.filter(|id| !is_id(id, "dv-") && !id.starts_with("arn:")) {
        let detail = format!("{id:?} is no id of the form dv-….");
        found.error_at(at("custom_domain_verification_id"), "Not an id", detail);
    }
}

/// A domain name, and nothing around it.
fn check_name(text: &str, path: Path, found: &mut Diagnostics) {
    if text.parse::<std::net::IpAddr>().is_ok() {
        let detail = format!("{text} is an address: give it as ip_address.");
        return found.error_at(path, "Not a name", detail);
    }
    let plain = text.trim_end_matches('.').to_lowercase();
    if !is_domain(&plain) {
        let detail = format!(
            "{text:?} is no domain name such as db.example.com. A port is given by port, and a scheme, a \
             user or a path by nothing."
        );
        found.error_at(path, "Not a name", detail);
    }
}

/// What AWS knows of a database by itself.
fn check_by_arn(
    config: &SharedDb,
    endpoint: &SharedEndpoint,
    path: &Path,
    found: &mut Diagnostics,
) {
    let at = |name: &str| path.clone().attribute(name);
    for (is_given, name) in [
        (!endpoint.port.is_null(), "port"),
        (!endpoint.port_ranges.is_null(), "port_ranges"),
        (!endpoint.custom_domain_name.is_null(), "custom_domain_name"),
    ] {
        if is_given {
            let detail = "With arn AWS takes names and ports from the database. Remove the line.";
            found.error_at(at(name), "Known from the database", detail);
        }
    }
    if config.dns_resolution.as_str() == Some("IN_VPC") {
        let detail = "A gateway that looks names up IN_VPC takes no databases by their ARN. Use another \
                      resource for them, or give dns_name.";
        found.error_at(at("arn"), "Not with IN_VPC", detail);
    }
    let Some(text) = endpoint.arn.as_str() else {
        return;
    };
    let arn: Option<Arn> = text.parse().ok();
    let kind = arn
        .as_ref()
        .map(|arn| (arn.service.as_str(), arn.resource.as_str()));
    let is_database = match kind {
        Some(("rds", resource)) => ["cluster:", "db:"]
            .iter()
            .any(|prefix| resource.len() > prefix.len() && resource.starts_with(prefix)),
        _ => false,
    };
    if !is_database {
        let detail = format!(
            "{text:?}: expected arn:aws:rds:REGION:ACCOUNT:cluster:NAME or …:db:NAME. Proxies and \
             everything else are shared by dns_name."
        );
        found.error_at(at("arn"), "Not a database", detail);
    }
}
