//! What names may look like.

use super::refusals::invalid;
use crate::wire::Refusal;

/// Refuses a name that is not of 3 to 40 lower-case letters, digits and single hyphens inside, or that
/// looks like an id. Source: the service model's patterns.
pub(super) fn check(name: &str, prefix: &str) -> Result<(), Refusal> {
    judge(name, is_plain(name, 40) && !name.starts_with(prefix))
}

/// Refuses a name that no service network can have: they may be of 63 characters.
pub(super) fn check_network(name: &str) -> Result<(), Refusal> {
    judge(name, is_plain(name, 63))
}

fn is_plain(name: &str, most: usize) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=most).contains(&name.len())
        && name.bytes().all(plain)
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
}

fn judge(name: &str, fits: bool) -> Result<(), Refusal> {
    match fits {
        true => Ok(()),
        false => Err(invalid("name", format!("{name:?} is not a valid name"))),
    }
}

/// Refuses a text that is no domain name.
pub(super) fn check_domain(member: &str, name: &str) -> Result<(), Refusal> {
    let label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len()) && label.bytes().all(plain)
    };
    let labels = name.trim_end_matches('.').split('.');
    let fits = (3..=255).contains(&name.len()) && name.contains('.') && { labels }.all(label);
    match fits {
        true => Ok(()),
        false => Err(invalid(member, format!("{name:?} is not a domain name"))),
    }
}
