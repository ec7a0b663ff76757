//! ARNs of load balancing: made, told apart.

use crate::random::hash;
use crate::wire::Refusal;
use crate::world::Scope;

use super::refusals::validation;

/// What an ARN names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    LoadBalancer,
    TargetGroup,
    Listener,
    Rule,
}

impl Named {
    /// The word for it in sentences.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::LoadBalancer => "load balancer",
            Self::TargetGroup => "target group",
            Self::Listener => "listener",
            Self::Rule => "rule",
        }
    }

    const fn part(self) -> &'static str {
        match self {
            Self::LoadBalancer => "loadbalancer/",
            Self::TargetGroup => "targetgroup/",
            Self::Listener => "listener/",
            Self::Rule => "listener-rule/",
        }
    }

    const ALL: [Self; 4] = [
        Self::LoadBalancer,
        Self::TargetGroup,
        Self::Listener,
        Self::Rule,
    ];
}

/// What the ARN names, if it is one of load balancing.
pub(super) fn named(arn: &str) -> Option<Named> {
    let (_, tail) = arn
        .strip_prefix("arn:aws:elasticloadbalancing:")?
        .split_once(':')?;
    let (account, resource) = tail.split_once(':')?;
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| {
        Named::ALL
            .into_iter()
            .find(|named| resource.starts_with(named.part()))
    })?
}

/// Refuses what is not an ARN of that.
pub(super) fn check(arn: &str, wanted: Named) -> Result<(), Refusal> {
    if named(arn) == Some(wanted) {
        return Ok(());
    }
    Err(validation(format!(
        "'{arn}' is not a valid {} ARN",
        wanted.noun()
    )))
}

/// `…:loadbalancer/net/name/0123456789abcdef`.
pub(super) fn load_balancer(scope: &Scope, kind: &str, name: &str, id: &str) -> String {
    let short = if kind == "network" { "net" } else { "app" };
    format!("{}loadbalancer/{short}/{name}/{id}", prefix(scope))
}

/// `…:targetgroup/name/0123456789abcdef`.
pub(super) fn target_group(scope: &Scope, name: &str, id: &str) -> String {
    format!("{}targetgroup/{name}/{id}", prefix(scope))
}

/// `…:listener/net/name/…/0123456789abcdef`.
pub(super) fn listener(load_balancer_arn: &str, id: &str) -> String {
    format!(
        "{}/{id}",
        load_balancer_arn.replacen(":loadbalancer/", ":listener/", 1)
    )
}

/// The ARN of a listener's default rule, which follows from the listener's.
pub(super) fn default_rule(listener_arn: &str) -> String {
    let id = hash(0, &[listener_arn]);
    format!(
        "{}/{id:016x}",
        listener_arn.replacen(":listener/", ":listener-rule/", 1)
    )
}

/// The listener that a rule belongs to.
pub(super) fn listener_of_rule(rule_arn: &str) -> Option<String> {
    let (listener, _) = rule_arn.rsplit_once('/')?;
    Some(listener.replacen(":listener-rule/", ":listener/", 1))
}

/// `net/name/0123456789abcdef`, as descriptions of network interfaces have it.
pub(super) fn tail_of(load_balancer_arn: &str) -> &str {
    load_balancer_arn
        .split_once(":loadbalancer/")
        .map_or("", |(_, tail)| tail)
}

fn prefix(scope: &Scope) -> String {
    format!(
        "arn:aws:elasticloadbalancing:{}:{}:",
        scope.region, scope.account
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_says_what_it_names_and_a_rule_knows_its_listener() {
        let scope = Scope {
            account: "111111111111".to_owned(),
            region: "us-east-1".to_owned(),
        };
        let balancer = load_balancer(&scope, "network", "edge", "0f");
        let listener = listener(&balancer, "0e");
        let rule = default_rule(&listener);
        assert_eq!(named(&balancer), Some(Named::LoadBalancer));
        assert_eq!(named(&listener), Some(Named::Listener));
        assert_eq!(named(&rule), Some(Named::Rule));
        assert_eq!(listener_of_rule(&rule), Some(listener));
        assert_eq!(tail_of(&balancer), "net/edge/0f");
        assert!(check("edge", Named::LoadBalancer).is_err());
        assert!(
            check(
                "arn:aws:elasticloadbalancing:r:1:loadbalancer/x",
                Named::LoadBalancer
            )
            .is_err()
        );
    }
}
