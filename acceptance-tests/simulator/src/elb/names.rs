//! What names of load balancers and target groups may look like.

use super::refusals::validation;
use crate::wire::Refusal;

const LENGTH_MAX: usize = 32;

/// Refuses a load balancer's name that AWS would refuse.
pub(super) fn check_load_balancer(name: &str) -> Result<(), Refusal> {
    check(name, "The load balancer name")?;
    if name.starts_with("internal-") {
        let why = format!("The load balancer name '{name}' cannot begin with 'internal-'");
        return Err(validation(why));
    }
    Ok(())
}

/// Refuses a target group's name that AWS would refuse.
pub(super) fn check_target_group(name: &str) -> Result<(), Refusal> {
    check(name, "Target group name")
}

fn check(name: &str, what: &str) -> Result<(), Refusal> {
    let why = if name.len() > LENGTH_MAX {
        format!("cannot be longer than '{LENGTH_MAX}' characters")
    } else if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        "can only contain characters that are alphanumeric characters and hyphens(-)".to_owned()
    } else if name.starts_with('-') || name.ends_with('-') {
        "cannot begin or end with '-'".to_owned()
    } else {
        return Ok(());
    };
    Err(validation(format!("{what} '{name}' {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_plain_and_not_internal() {
        let long = "a".repeat(33);
        for bad in ["a_b", "-a", "a-", long.as_str(), "internal-x"] {
            assert_eq!(
                check_load_balancer(bad).unwrap_err().code,
                "ValidationError",
                "{bad}"
            );
        }
        assert!(check_load_balancer(&"a".repeat(32)).is_ok());
        assert!(check_target_group("internal-x").is_ok());
    }
}
