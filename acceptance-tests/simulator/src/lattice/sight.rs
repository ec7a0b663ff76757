//! What a caller may use: what is its own, and what others share with it.
//!
//! An id alone is one of the caller's account; what belongs to others is named by its ARN.

use super::arns::{arn, id_of};
use super::refusals::{CONFIGURATION, NETWORK, denied, not_found};
use crate::engine::Call;
use crate::ram::may_use;
use crate::wire::Refusal;
use crate::world::Record;
use crate::world::lattice::ResourceConfiguration;
use crate::world::service_network::ServiceNetwork;

/// A service network that the caller may use by now.
pub(crate) fn usable_network<'a>(
    call: &'a Call<'_>,
    identifier: &str,
) -> Option<&'a Record<ServiceNetwork>> {
    let id = id_of(identifier);
    let own = call.find::<ServiceNetwork>(id);
    own.or_else(|| {
        call.world.live::<ServiceNetwork>(id).filter(|it| {
            let named = arn(&it.scope, id);
            let near = it.scope.region == call.scope.region;
            near && identifier == named && may_use(call.world, &named, &call.scope.account)
        })
    })
}

/// A service network that the caller may use.
pub(super) fn network<'a>(
    call: &'a Call<'_>,
    identifier: &str,
) -> Result<&'a Record<ServiceNetwork>, Refusal> {
    let found = usable_network(call, identifier);
    found.ok_or_else(|| not_found(NETWORK, id_of(identifier)))
}

/// A service network of the caller's own.
pub(super) fn own_network<'a>(
    call: &'a Call<'_>,
    identifier: &str,
) -> Result<&'a Record<ServiceNetwork>, Refusal> {
    let found = network(call, identifier)?;
    match found.scope == call.scope {
        true => Ok(found),
        false => Err(denied(format!(
            "The service network {} belongs to another account",
            found.id
        ))),
    }
}

/// A resource configuration that the caller may use; a child is shared with its group.
pub(super) fn configuration<'a>(
    call: &'a Call<'_>,
    identifier: &str,
) -> Result<&'a Record<ResourceConfiguration>, Refusal> {
    let id = id_of(identifier);
    let own = call.find::<ResourceConfiguration>(id);
    let found = own.or_else(|| {
        call.world.live::<ResourceConfiguration>(id).filter(|it| {
            let ids = std::iter::once(id).chain(it.value().group_id.as_deref());
            let mut arns = ids.map(|id| arn(&it.scope, id));
            let near = it.scope.region == call.scope.region;
            near && arns.any(|arn| may_use(call.world, &arn, &call.scope.account))
        })
    });
    found.ok_or_else(|| not_found(CONFIGURATION, id))
}
