//! Refusals that several operations share, in ELB's words. Codes are the wire's: without `Exception`.

use super::arns::Named;
use crate::wire::Refusal;

/// `ValidationError`.
pub(super) fn validation(message: impl Into<String>) -> Refusal {
    Refusal::new("ValidationError", message)
}

/// `InvalidConfigurationRequest`.
pub(super) fn configuration(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidConfigurationRequest", message)
}

/// `ResourceInUse`.
pub(super) fn in_use(message: impl Into<String>) -> Refusal {
    Refusal::new("ResourceInUse", message)
}

/// A list operation was given a name or ARN of nothing.
pub(super) fn none_found(what: Named) -> Refusal {
    let noun = what.noun();
    Refusal::new(
        not_found_code(what),
        format!("One or more {noun}s not found"),
    )
}

/// An operation on one thing was given an ARN of nothing.
pub(super) fn not_found(what: Named, arn: &str) -> Refusal {
    let noun = what.noun();
    let mut letters = noun.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_ascii_uppercase())
        .into_iter();
    let noun: String = first.chain(letters).collect();
    Refusal::new(not_found_code(what), format!("{noun} '{arn}' not found"))
}

const fn not_found_code(what: Named) -> &'static str {
    match what {
        Named::LoadBalancer => "LoadBalancerNotFound",
        Named::TargetGroup => "TargetGroupNotFound",
        Named::Listener => "ListenerNotFound",
        Named::Rule => "RuleNotFound",
    }
}
