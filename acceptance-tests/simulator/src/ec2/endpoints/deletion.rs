//! DeleteVpcEndpoints: `deleting`, then `deleted`, then gone; interfaces and the owner's row outlive it.

use crate::ec2::endpoint_services::unsuccessful;
use crate::ec2::events::Event;
use crate::ec2::refusals::endpoint_not_found;
use crate::ec2::{limits, notifications};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::world::private_link::{Endpoint, Notified};
use crate::world::{self, World};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DeleteVpcEndpoints",
    limits: limits::ENDPOINT,
    run: delete,
}];

/// How long the owner still sees the row of a deleted endpoint.
const ROW_LINGERS_MS: (u64, u64) = (600_000, 3_600_000);

fn delete(call: &mut Call<'_>) -> Outcome {
    let ids = call.parameters.list("VpcEndpointId")?;
    call.finish()?;
    if ids.is_empty() {
        return Err(Refusal::missing("VpcEndpointId"));
    }
    let mut failed = Vec::new();
    for id in ids {
        let state = call
            .find::<Endpoint>(&id)
            .map(|endpoint| endpoint.value().state.clone());
        match state.as_deref() {
            None | Some("deleted") => {
                let refusal = endpoint_not_found(call, &id);
                failed.push((id, refusal));
            }
            Some("deleting") => {}
            Some(_) => begin_delete(call.world, &id),
        }
    }
    Ok(vec![unsuccessful(failed)])
}

fn begin_delete(world: &mut World, id: &str) {
    world.change::<Endpoint>(id, |endpoint| {
        endpoint.state = "deleting".to_owned();
        endpoint.round += 1;
    });
    let event = Event::EndpointDeleted(id.to_owned());
    world.schedule(60_000, 180_000, world::Event::Ec2(event));
}

/// An endpoint is deleted: it is listed a little longer, its interfaces go later still (rule 13).
pub(in crate::ec2) fn deleted(world: &mut World, id: &str) {
    let interfaces = world
        .live::<Endpoint>(id)
        .map(|endpoint| endpoint.value().interface_ids.clone())
        .unwrap_or_default();
    world.release_interfaces(&interfaces, 10_000, 120_000);
    let row_until = world.draw_wait(ROW_LINGERS_MS.0, ROW_LINGERS_MS.1);
    world.ripen::<Endpoint>(id, |endpoint| {
        endpoint.state = "deleted".to_owned();
        endpoint.row_until = Some(row_until);
    });
    notifications::forget(world, &Notified::Endpoint(id.to_owned()));
    let event = Event::EndpointForgotten(id.to_owned());
    world.schedule(0, 60_000, world::Event::Ec2(event));
}

/// An endpoint is no longer listed.
pub(in crate::ec2) fn forgotten(world: &mut World, id: &str) {
    world.remove::<Endpoint>(id);
}
