//! Identifiers of databases and their ARNs. RDS keeps identifiers in lower case.

use super::refusals::value;
use crate::wire::Refusal;
use crate::world::Scope;

const LENGTH_MAX: usize = 63;

/// The identifier as RDS keeps it.
///
/// # Errors
/// `InvalidParameterValue` if it can't be one.
pub(super) fn checked(parameter: &str, given: &str) -> Result<String, Refusal> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let fits = given.starts_with(|first: char| first.is_ascii_alphabetic())
        && given.len() <= LENGTH_MAX
        && given.bytes().all(plain)
        && !given.ends_with('-')
        && !given.contains("--");
    match fits {
        true => Ok(given.to_lowercase()),
        false => Err(value(format!(
            "The parameter {parameter} is not a valid identifier. Identifiers must begin with a \
             letter; must contain only ASCII letters, digits, and hyphens; and must not end with a \
             hyphen or contain two consecutive hyphens."
        ))),
    }
}

/// The ARN of a `cluster`, `db` or `subgrp`.
pub(super) fn arn(scope: &Scope, kind: &str, name: &str) -> String {
    let (region, account) = (&scope.region, &scope.account);
    format!("arn:aws:rds:{region}:{account}:{kind}:{name}")
}

/// The ARN that an identifier means, which may be one itself.
pub(super) fn arn_of(scope: &Scope, kind: &str, given: &str) -> String {
    match given.starts_with("arn:") {
        true => given.to_owned(),
        false => arn(scope, kind, &given.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_begin_with_a_letter_and_are_kept_in_lower_case() {
        assert_eq!(checked("X", "Orders-1").unwrap(), "orders-1");
        for bad in ["", "1a", "a-", "a--b", "a_b", &"a".repeat(64)] {
            assert_eq!(checked("X", bad).unwrap_err().code, "InvalidParameterValue");
        }
    }
}
