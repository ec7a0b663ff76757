//! Another load balancer behind a service that has endpoints.
//!
//! AWS lets no load balancer go while an endpoint is connected, and an endpoint stays with the one it
//! met first. So another one is made and its targets are judged beside the old one, then the
//! endpoints go, then the service changes over, then the endpoints are made anew.
//!
//! What a run that failed has left goes before that: AWS takes an ALB as a target of two load
//! balancers at most.

use std::collections::BTreeSet;

use super::addresses as at;
use super::blueprint::{BridgeHandles, draw_owner};
use super::model::AlbBridge;
use super::service::draw_configuration;
use super::succession::Succession;
use crate::aws::Aws;
use crate::components::{Listener, LoadBalancer, SeenTarget, TargetRegistration};
use crate::engine::{Component, Entry, Facts, Graph, Ledger};
use crate::protocol::Field;
use crate::resources::pipeline::{Detour, Frame, Past, Step};

const BALANCER: &str = <LoadBalancer as Component<Aws>>::KIND;
const TARGET: &str = <TargetRegistration as Component<Aws>>::KIND;
const LISTENER: &str = <Listener as Component<Aws>>::KIND;

/// The steps before the last one.
pub(super) fn detour(
    (model, past): (&AlbBridge, &Past<'_, AlbBridge>),
    (handles, facts): (&BridgeHandles, &Facts),
    frame: &Frame,
) -> Detour {
    let succession = Succession::of(model, past);
    let mut detour = Detour::default();
    if !succession.changes_over() {
        return detour;
    }
    let spare = parts_of(&succession.spare(), past.ledger);
    if !spare.is_empty() {
        detour.steps.push(Step {
            graph: Graph::new(),
            retires: Box::new(move |address| is_among(&spare, address)),
        });
    }
    let mut standing = past.ledger.iter().map(|(address, _)| address);
    if !standing.any(is_endpoint) {
        return detour;
    }
    let (mut ahead, mut apart) = (Graph::new(), Graph::new());
    // As with an exchange of targets: nobody is led to one that is worse than the former.
    let judged = AlbBridge {
        wait_for_healthy_targets: Field::Known(is_waited_for(model, past.ledger)),
        ..model.clone()
    };
    draw_owner(&mut ahead, (&judged, past), frame);
    let owner = draw_owner(&mut apart, (model, past), frame);
    let stands_on = (owner.anchor, owner.nlb, vec![]);
    let service = Some(facts.of(handles.service.service));
    draw_configuration(&mut apart, (model, past), frame, (stands_on, service));
    detour.steps.push(Step {
        graph: ahead,
        retires: Box::new(|_| false),
    });
    detour.steps.push(Step {
        graph: apart,
        retires: Box::new(is_of_endpoint),
    });
    detour.goes = Some(is_of_endpoint);
    detour
}

/// Whether the new targets have to be healthy: not where none of the former ones is.
fn is_waited_for(model: &AlbBridge, ledger: &Ledger) -> bool {
    let health = |entry: &Entry| {
        let seen: SeenTarget = serde_json::from_value(entry.seen.clone()).unwrap_or_default();
        seen.health.into_known()
    };
    let mut targets = ledger.iter().filter(|(_, entry)| entry.kind == TARGET);
    let serves = targets.any(|(_, entry)| health(entry).is_none_or(|it| it == "healthy"));
    serves || model.wait_for_healthy_targets.known() == Some(&true)
}

fn is_endpoint(address: &str) -> bool {
    let part = at::consumer_of(address).map(|(_, part)| part.trim_end_matches('~'));
    part == Some("endpoint") || address.starts_with(at::STRAY_ENDPOINT)
}

fn is_of_endpoint(address: &str) -> bool {
    let part = at::consumer_of(address).map(|(_, part)| part.trim_end_matches('~'));
    matches!(part, Some("endpoint" | "acceptance")) || address.starts_with(at::STRAY_ENDPOINT)
}

/// Where these load balancers and their listeners are.
fn parts_of(balancers: &BTreeSet<String>, ledger: &Ledger) -> BTreeSet<String> {
    let listens = |arn: &str| {
        let mut prefixes = balancers
            .iter()
            .map(|it| it.replacen(":loadbalancer/", ":listener/", 1));
        prefixes.any(|prefix| arn.starts_with(&format!("{prefix}/")))
    };
    let parts = ledger
        .iter()
        .filter(|(_, entry)| match entry.kind.as_str() {
            BALANCER => balancers.contains(&entry.id),
            LISTENER => listens(&entry.id),
            _ => false,
        });
    parts.map(|(address, _)| address.to_owned()).collect()
}

fn is_among(parts: &BTreeSet<String>, address: &str) -> bool {
    parts.iter().any(|part| {
        let rest = address.strip_prefix(part.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}
