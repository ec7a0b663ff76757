//! Checks that every resource makes of what is written: ids, numbers, addresses, tags, times.

use std::ops::RangeInclusive;

use crate::aws::ownership::PREFIX;
use crate::aws::{is_account_id, is_region};
use crate::protocol::{Diagnostics, Field, Map, Path, Set};
use crate::resources::admission::AllowFrom;
use crate::resources::common::Timeouts;
use crate::resources::duration;
use crate::resources::text::{canonical_cidr, is_cidr, is_id, is_label};

/// Beginnings that AWS keeps for itself in the names of objects that ours go into.
const RESERVED: &[&str] = &["internal-", "sg-", "rgw-", "rcfg-"];

/// A name that is none.
pub(super) fn name(name: &Field<String>, found: &mut Diagnostics) {
    let Some(name) = name.as_str() else { return };
    let reserved = RESERVED.iter().find(|prefix| name.starts_with(**prefix));
    let wrong = if let Some(prefix) = reserved {
        format!("{name:?} begins with {prefix:?}, which AWS keeps for itself.")
    } else if (3..=24).contains(&name.len()) && is_label(name) {
        return;
    } else if is_label(name) {
        let length = name.chars().count();
        format!("{name:?} has {length} characters.")
    } else {
        format!("{name:?} is no name that all of AWS's services take.")
    };
    let detail = format!(
        "{wrong} Use 3 to 24 lower-case letters, digits and single hyphens, with a letter or digit \
         at both ends."
    );
    found.error_at(Path::root().attribute("name"), "Invalid name", detail);
}

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

/// What can't be the code of a region.
pub fn region(region: &Field<String>, path: Path, found: &mut Diagnostics) {
    if let Some(region) = region.as_str().filter(|it| !is_region(it)) {
        let detail = format!("{region:?} is no code of a region, such as \"eu-west-1\".");
        found.error_at(path, "Not a region", detail);
    }
}

/// What is no CIDR block, or is written as AWS never shows it.
pub(super) fn cidrs(cidrs: &Set<String>, path: &Path, found: &mut Diagnostics) {
    for cidr in cidrs.known().filter(|cidr| is_cidr(cidr)) {
        let kept = canonical_cidr(cidr).filter(|kept| kept != cidr);
        if let Some(kept) = kept {
            let detail = format!("{cidr:?}: write it as AWS keeps it, {kept:?}.");
            found.error_at(path.clone(), "Another spelling of a CIDR block", detail);
        }
    }
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
    says_something(timeouts, path.clone(), found);
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

/// An object in which nothing is written: most often because Terraform drops misspelled arguments of
/// nested objects. A module may pass it on without values, so it is a warning.
pub fn says_something<T: Default + PartialEq>(
    object: &Field<T>,
    path: Path,
    found: &mut Diagnostics,
) {
    if object.known() == Some(&T::default()) {
        let detail = "None of its arguments has a value, so it has no effect. Terraform ignores \
                      arguments that do not exist inside { }: is one misspelled?";
        found.warning_at(path, "An object without values", detail);
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

/// Rules that admit nobody, or nobody that there is.
pub(super) fn allow_from(allow: &AllowFrom, path: &Path, found: &mut Diagnostics) {
    let lists = [
        &allow.cidr_blocks,
        &allow.security_group_ids,
        &allow.prefix_list_ids,
    ];
    let is_empty =
        |list: &&Field<Set<String>>| list.is_null() || list.known().is_some_and(Set::is_empty);
    if lists.iter().all(is_empty) {
        let detail = "Nobody could use the endpoint. Give addresses, security groups or prefix \
                      lists, or leave allow_from out to admit the whole VPC. \
                      Terraform ignores arguments that do not exist inside { }: is one misspelled?";
        found.error_at(path.clone(), "Nobody is allowed", detail);
    }
    if let Some(cidrs) = allow.cidr_blocks.known() {
        self::cidrs(cidrs, &path.clone().attribute("cidr_blocks"), found);
    }
    for (list, prefix, name) in [
        (&allow.security_group_ids, "sg-", "security_group_ids"),
        (&allow.prefix_list_ids, "pl-", "prefix_list_ids"),
    ] {
        let ids = list.known().into_iter().flat_map(Set::known);
        for id in ids.filter(|id| !is_id(id, prefix)) {
            let detail = format!("{id:?} is no id of the form {prefix}….");
            found.error_at(path.clone().attribute(name), "Not an id", detail);
        }
    }
}
