//! Which of the network load balancers that stand goes on, and which make room.
//!
//! AWS takes no zone from a load balancer to whose service somebody is connected, so another choice of
//! subnets may need another load balancer, and a run that fails in between leaves both. What stands
//! decides, and not what was once wanted: values tell nothing of how far a run has come.

use std::collections::BTreeSet;

use super::addresses as at;
use super::model::AlbBridge;
use super::service::remembered;
use crate::aws::{Aws, names};
use crate::components::{LoadBalancer, SeenLoadBalancer};
use crate::engine::{Component, Entry, Ledger};
use crate::protocol::{Field, Set};
use crate::resources::pipeline::Past;

/// The load balancers that stand, with what becomes of them.
pub(super) struct Succession {
    standing: Vec<Standing>,
    /// Those behind the service, by ARN.
    held: BTreeSet<String>,
    /// The one that goes on, by its place in `standing`.
    kept: Option<usize>,
    /// What tells the name of the one that is to be made.
    digest: String,
}

/// One that stands.
struct Standing {
    address: String,
    arn: String,
    subnets: BTreeSet<String>,
}

impl Succession {
    /// What becomes of those that are remembered once these values are wanted.
    pub(super) fn of(planned: &AlbBridge, past: &Past<'_, AlbBridge>) -> Self {
        let entries = past.ledger.iter();
        let standing: Vec<Standing> = entries
            .filter(|(_, entry)| entry.kind == <LoadBalancer as Component<Aws>>::KIND)
            .map(|(address, entry)| Standing::of(address, entry, past.formers))
            .collect();
        let held = held(past.ledger);
        let fits = |it: &&Standing| fits(planned, past.formers, &it.subnets);
        let rank = |it: &Standing| (!held.contains(&it.arn), it.address != at::NLB);
        let kept = standing.iter().filter(fits).min_by_key(|it| rank(it));
        let kept = kept.and_then(|kept| standing.iter().position(|it| it.arn == kept.arn));
        let digest = digest(planned, &held);
        Self {
            standing,
            held,
            kept,
            digest,
        }
    }

    /// Whether what stands at this address goes on.
    pub(super) fn goes_on(&self, address: &str) -> bool {
        match self.kept() {
            Some(kept) => kept.address == address,
            None => self.standing.is_empty(),
        }
    }

    /// Whether another one has to be made beside those that stand.
    pub(super) fn makes_another(&self) -> bool {
        self.kept.is_none() && !self.standing.is_empty()
    }

    /// Whether the service is still on another one than the one that goes on.
    pub(super) fn changes_over(&self) -> bool {
        let ours = |arn: &String| self.standing.iter().any(|it| it.arn == *arn);
        let kept = self.kept().is_some_and(|it| self.held.contains(&it.arn));
        !self.held.is_empty() && self.held.iter().all(ours) && !kept
    }

    /// Those that make room, by ARN.
    pub(super) fn outgoing(&self) -> BTreeSet<String> {
        let kept = self.kept().map(|it| &it.arn);
        let others = self.standing.iter().filter(|it| Some(&it.arn) != kept);
        others.map(|it| it.arn.clone()).collect()
    }

    /// Those that neither serve nor will, by ARN: a run that failed has left them.
    pub(super) fn spare(&self) -> BTreeSet<String> {
        let outgoing = self.outgoing().into_iter();
        outgoing.filter(|arn| !self.held.contains(arn)).collect()
    }

    /// What tells the names of the one that goes on, and of what belongs to it, from those of others;
    /// none for the first one of a bridge.
    pub(super) fn suffix(&self, name: &str) -> Option<String> {
        match self.kept() {
            Some(kept) => names::load_balancer_suffix(name, &kept.arn),
            None => self.makes_another().then(|| self.digest.clone()),
        }
    }

    /// The subnets of those that serve and have to go.
    pub(super) fn lost_subnets(&self, planned: &AlbBridge) -> BTreeSet<String> {
        let serving = self
            .standing
            .iter()
            .filter(|it| self.held.contains(&it.arn));
        let subnets = serving.flat_map(|it| it.subnets.iter().cloned());
        match &planned.subnet_ids {
            Field::Known(wanted) if self.changes_over() && !wanted.has_unknown() => {
                subnets.filter(|it| !wanted.contains(it)).collect()
            }
            _ => BTreeSet::new(),
        }
    }

    fn kept(&self) -> Option<&Standing> {
        self.kept.and_then(|index| self.standing.get(index))
    }
}

impl Standing {
    fn of(address: &str, entry: &Entry, formers: &[&AlbBridge]) -> Self {
        let seen: SeenLoadBalancer = serde_json::from_value(entry.seen.clone()).unwrap_or_default();
        // Where only the id is remembered, the values tell.
        let wanted = formers.first().and_then(|it| it.subnet_ids.known());
        let wanted = || wanted.into_iter().flat_map(Set::known).cloned().collect();
        Self {
            address: address.to_owned(),
            arn: entry.id.clone(),
            subnets: seen.subnets.into_known().unwrap_or_else(wanted),
        }
    }
}

/// The load balancers behind the service as it is remembered.
fn held(ledger: &Ledger) -> BTreeSet<String> {
    let balancers = remembered(ledger).and_then(|it| it.balancers.into_known());
    balancers.unwrap_or_default()
}

/// The subnets of the load balancer that serves, where one is remembered.
pub(super) fn served_subnets(ledger: &Ledger) -> Option<Set<String>> {
    let held = held(ledger);
    let mut entries = ledger.iter();
    let (_, entry) = entries.find(|(_, entry)| held.contains(&entry.id))?;
    let seen: SeenLoadBalancer = serde_json::from_value(entry.seen.clone()).ok()?;
    Some(seen.subnets.into_known()?.into_iter().collect())
}

/// Whether the values can be had with a load balancer of these subnets: it may get more.
fn fits(planned: &AlbBridge, formers: &[&AlbBridge], subnets: &BTreeSet<String>) -> bool {
    match &planned.subnet_ids {
        Field::Known(wanted) if !wanted.has_unknown() => {
            subnets.iter().all(|subnet| wanted.contains(subnet))
        }
        Field::Null => true,
        // What is not known yet may be others, where that would not be refused.
        _ => {
            let interrupts = planned.replace_nlb.is_unknown()
                || planned.replace_nlb.as_str() == Some("interrupt");
            let mut consumers = formers.iter().flat_map(|it| it.known_consumers());
            !interrupts && consumers.next().is_some()
        }
    }
}

/// The same for whoever goes on where another stopped, and another one for each change of subnets.
fn digest(planned: &AlbBridge, held: &BTreeSet<String>) -> String {
    let wanted = planned.subnet_ids.known().into_iter().flat_map(Set::known);
    let wanted: BTreeSet<&str> = wanted.map(String::as_str).collect();
    let parts: Vec<&str> = wanted
        .into_iter()
        .chain(held.iter().map(String::as_str))
        .collect();
    names::digest(&parts, 4)
}
