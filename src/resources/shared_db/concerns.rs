//! What apply can't mend, and the user should know: warnings of a refresh.

use super::blueprint::SharedDbHandles;
use super::consumers::ConsumerHandles;
use crate::components::{ResourceName, SeenNetworkAssociation};
use crate::engine::{Fact, Facts};

/// Accounts that have not taken the share up yet, names that lead nowhere, networks without a way in.
pub(super) fn concerns(handles: &SharedDbHandles, facts: &Facts) -> Vec<String> {
    let mut concerns = Vec::new();
    for share in handles.shares.values() {
        let Fact::Known(principals) = facts.of(*share).principals else {
            continue;
        };
        let waiting = principals.iter().filter(|(principal, state)| {
            *state == "ASSOCIATING" && !handles.own_accounts.contains(*principal)
        });
        for (principal, _) in waiting {
            concerns.push(format!(
                "{principal} has not accepted its invitation yet. Invitations to resource \
                 configurations live 12 hours; the apply after that invites again."
            ));
        }
    }
    for (consumer, theirs) in &handles.consumers {
        concerns.extend(of_endpoints((consumer, theirs), facts));
        concerns.extend(of_network((consumer, theirs), facts));
    }
    concerns
}

fn of_endpoints((consumer, theirs): (&str, &ConsumerHandles), facts: &Facts) -> Vec<String> {
    let mut concerns = Vec::new();
    for (key, endpoint) in &theirs.endpoints {
        let seen = facts.of(*endpoint);
        if is_nameless(&seen.private_dns, seen.names.known().into_iter().flatten()) {
            let preference = seen.preference.known().cloned().unwrap_or_default();
            concerns.push(format!(
                "No name of {key:?} leads anywhere in the VPC of consumer {consumer:?}: with \
                 private_dns_preference {preference} AWS has made none, as for names of domains \
                 that are not verified. What is left are AWS's own names, which no certificate \
                 of a database covers. SPECIFIED_DOMAINS_ONLY makes those that are listed."
            ));
        }
    }
    concerns
}

fn of_network((consumer, theirs): (&str, &ConsumerHandles), facts: &Facts) -> Vec<String> {
    let all = theirs.associations.iter();
    let all: Vec<_> = all.map(|(key, it)| (key, facts.of(*it))).collect();
    let text = |fact: &Fact<String>| fact.known().cloned().unwrap_or_default();
    let is_out = |it: &&SeenNetworkAssociation| it.entry == Fact::Known(None);
    if let Some(seen) = all.iter().map(|(_, it)| it).find(is_out) {
        let (vpc, network) = (text(&seen.vpc), text(&seen.network));
        return vec![format!(
            "{vpc} has no way into {network} any more, so nobody of consumer {consumer:?} gets through. \
             Associate the VPC with the service network, or make an endpoint of type ServiceNetwork \
             in it."
        )];
    }
    let nameless = all.iter().filter(|(_, seen)| {
        let names = seen.names.known().into_iter().flatten();
        !seen.own_names.is_empty() && is_nameless(&seen.private_dns, names)
    });
    let nameless = nameless.filter_map(|(key, seen)| {
        let entry = seen.entry.known()?.as_ref()?;
        Some(format!(
            "No name of {key:?} leads anywhere in the VPC of consumer {consumer:?}: {}, by which it gets \
             into the service network, takes none of them as far as AWS tells. What is left are AWS's own names, which no \
             certificate of a database covers. One that was made with these names in its DNS options \
             takes them; private_dns_enabled = false does without.",
            entry.id
        ))
    });
    nameless.collect()
}

/// Whether own names were to lead there, and none does.
fn is_nameless<'a>(
    private_dns: &Fact<bool>,
    names: impl Iterator<Item = &'a ResourceName>,
) -> bool {
    let mut names = names.peekable();
    let wanted = private_dns.known() == Some(&true) && names.peek().is_some();
    wanted && names.all(|it| it.private_name.is_empty())
}
