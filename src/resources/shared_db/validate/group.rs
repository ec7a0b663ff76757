//! What is wrong about a group.

use super::super::model::SharedDb;
use crate::protocol::{Diagnostics, Path};
use crate::resources::text::is_domain;

/// Everything about the group of all endpoints.
pub(super) fn check(config: &SharedDb, found: &mut Diagnostics) {
    let at = |name: &str| Path::root().attribute(name);
    if config.group.is_null() {
        return;
    }
    let domain = config.group.known().and_then(|group| group.domain.as_str());
    if let Some(domain) = domain.filter(|domain| !is_domain(domain)) {
        let detail = format!("{domain:?}: expected a domain such as \"db.example.com\".");
        found.error_at(at("group").attribute("domain"), "Not a domain", detail);
    }
    for (key, endpoint) in config.known_endpoints() {
        if endpoint.arn.is_null() {
            continue;
        }
        let detail = "AWS groups the names of a database by itself, and takes no group in a group. Share it \
                      without group, or by its dns_name.";
        let path = at("endpoints").key(key.as_str()).attribute("arn");
        found.error_at(path, "Not in a group", detail);
    }
    for (key, consumer) in config.known_consumers() {
        if consumer.endpoints.is_null() {
            continue;
        }
        let detail = "AWS shares a group as a whole: everybody gets all endpoints. Remove the line, or \
                      group, and each endpoint is shared by itself.";
        let path = at("consumers").key(key.as_str()).attribute("endpoints");
        found.error_at(path, "No choice in a group", detail);
    }
}
