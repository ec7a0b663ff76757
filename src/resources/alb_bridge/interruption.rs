//! Another load balancer behind a service that has endpoints.
//!
//! AWS lets no load balancer go while an endpoint is connected, and an endpoint stays with the one it
//! met first. So another one is made and its targets are judged beside the old one, then the
//! endpoints go, then the service changes over, then the endpoints are made anew.

use super::addresses as at;
use super::balancer::beside;
use super::blueprint::{BridgeHandles, draw_owner};
use super::model::AlbBridge;
use super::service::draw_configuration;
use crate::engine::{Fact, Facts, Graph};
use crate::resources::pipeline::{Frame, Interruption};

/// The steps before the last one, if the endpoints have to go in between.
pub(super) fn interruption(
    model: &AlbBridge,
    formers: &[&AlbBridge],
    (handles, facts): (&BridgeHandles, &Facts),
    frame: &Frame,
) -> Option<Interruption> {
    beside(model, formers)?;
    let mut consumers = formers.iter().flat_map(|it| it.known_consumers());
    if !consumers.any(|(_, it)| it.endpoint_id.is_known()) {
        return None;
    }
    let service = facts.of(handles.service.service);
    let held = service.balancers.known()?;
    // An earlier run has come so far already.
    if let Fact::Known(arn) = facts.of(handles.nlb).arn
        && held.contains(&arn)
    {
        return None;
    }
    let (mut ahead, mut apart) = (Graph::new(), Graph::new());
    draw_owner(&mut ahead, (model, formers), frame);
    let owner = draw_owner(&mut apart, (model, formers), frame);
    let stands_on = (owner.anchor, owner.nlb);
    draw_configuration(
        &mut apart,
        (model, formers),
        frame,
        (stands_on, Some(service)),
    );
    Some(Interruption {
        ahead,
        apart,
        goes: is_of_endpoint,
    })
}

fn is_of_endpoint(address: &str) -> bool {
    let part = at::consumer_of(address).map(|(_, part)| part.trim_end_matches('~'));
    matches!(part, Some("endpoint" | "acceptance"))
}
