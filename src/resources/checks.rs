//! Checks that every resource makes of what is written: ids, numbers, addresses, tags, times.

use std::ops::RangeInclusive;

use crate::aws::ownership::PREFIX;
use crate::protocol::{Diagnostics, Field, Map, Path, Set};
use crate::resources::common::Timeouts;
use crate::resources::duration;
use crate::resources::text::{is_account_id, is_cidr, is_id};

/// A number outside of its range.
pub(super) fn range(
    number: &Field<i64>,
    range: RangeInclusive<i64>,
    path: Path,
    found: &mut Diagnostics,
) {
    if let Some(number) = number.known()
        && !range.contains(number)
    {
        let detail = format!(
            "{number} is not between {} and {}.",
            range.start(),
            range.end()
        );
        found.error_at(path, "Out of range", detail);
    }
}

/// Ids of another kind, or none at all.
pub(super) fn ids(ids: &Field<Set<String>>, prefix: &str, path: Path, found: &mut Diagnostics) {
    let Some(ids) = ids.known() else { return };
    if ids.is_empty() {
        let detail = "The set is empty: give at least one id, or leave an optional line out.";
        found.error_at(path.clone(), "Empty set", detail);
    }
    for id in ids.known().filter(|id| !is_id(id, prefix)) {
        let detail = format!("{id:?} is no id of the form {prefix}….");
        found.error_at(path.clone(), "Not an id", detail);
    }
}

/// What is no CIDR block.
pub(super) fn cidrs(cidrs: &Set<String>, path: &Path, found: &mut Diagnostics) {
    for cidr in cidrs.known().filter(|cidr| !is_cidr(cidr)) {
        let detail = format!(
            "{cidr:?} is no CIDR block whose address is that of the network, such as 10.0.0.0/16."
        );
        found.error_at(path.clone(), "Not a CIDR block", detail);
    }
}

/// Keys that are somebody else's.
pub(super) fn tags(tags: &Field<Map<String>>, path: Path, found: &mut Diagnostics) {
    for key in tags.known().into_iter().flat_map(Map::keys) {
        let why = if key.starts_with(PREFIX) {
            format!("keys that begin with {PREFIX:?} say whose an object is and are the provider's")
        } else if key.to_lowercase().starts_with("aws:") {
            "AWS keeps keys that begin with \"aws:\" for itself".to_owned()
        } else {
            continue;
        };
        found.error_at(
            path.clone().key(key),
            "Reserved tag key",
            format!("{key:?}: {why}."),
        );
    }
}

/// What is no duration.
pub(super) fn timeouts(timeouts: &Field<Timeouts>, path: &Path, found: &mut Diagnostics) {
    let Some(timeouts) = timeouts.known() else {
        return;
    };
    for (field, name) in [
        (&timeouts.create, "create"),
        (&timeouts.read, "read"),
        (&timeouts.update, "update"),
        (&timeouts.delete, "delete"),
    ] {
        let Some(text) = field.as_str() else { continue };
        if duration::parse(text).is_none_or(|duration| duration.is_zero()) {
            let detail = format!("{text:?} is no duration such as \"30m\" or \"1h30m\".");
            found.error_at(path.clone().attribute(name), "Not a duration", detail);
        }
    }
}

/// Account ids that are none.
pub(super) fn account_ids(accounts: &Field<Set<String>>, path: &Path, found: &mut Diagnostics) {
    let accounts = accounts.known().into_iter().flat_map(Set::known);
    for account in accounts.filter(|account| !is_account_id(account)) {
        let detail = format!("{account:?} is no account id: twelve digits, in quotation marks.");
        found.error_at(path.clone(), "Not an account id", detail);
    }
}

/// A word that is none of those that mean something.
pub(super) fn one_of(word: &Field<String>, words: &[&str], path: Path, found: &mut Diagnostics) {
    let Some(word) = word.as_str().filter(|word| !words.contains(word)) else {
        return;
    };
    let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    let detail = format!("{word:?} is none of {}.", words.join(", "));
    found.error_at(path, "Invalid value", detail);
}
