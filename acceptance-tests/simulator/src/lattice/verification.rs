//! Whether the domain of a resource configuration is known to be its owner's.

use super::arns::id_of;
use super::refusals::{VERIFICATION, conflict, invalid, not_found};
use crate::engine::Call;
use crate::wire::Refusal;
use crate::world::lattice::ResourceConfiguration;
use crate::world::service_network::DomainVerification;
use crate::world::{Record, World};

/// Whether a configuration's own name stands under a verified domain. A child has its group's proof;
/// whether the names that AWS itself gave are verified is a doubt.
pub(super) fn is_verified(world: &World, configuration: &ResourceConfiguration) -> bool {
    let given = configuration.managed && world.doubts.is("arn-names-verified", "yes");
    given || status(world, configuration) == Some("VERIFIED")
}

/// Where the verification stands that a configuration or its group names, while there is one.
pub(super) fn status<'w>(
    world: &'w World,
    configuration: &ResourceConfiguration,
) -> Option<&'w str> {
    Some(record(world, configuration)?.value().status.as_str())
}

/// The verification that a configuration or its group names, while there is one.
fn record<'w>(
    world: &'w World,
    configuration: &ResourceConfiguration,
) -> Option<&'w Record<DomainVerification>> {
    let group = configuration.group_id.as_deref();
    let group = group.and_then(|id| world.live::<ResourceConfiguration>(id));
    let inherited = || group?.value().verification_id.as_deref();
    let id = configuration
        .verification_id
        .as_deref()
        .or_else(inherited)?;
    world.live::<DomainVerification>(id)
}

/// The verification that a create names for its domain: the caller's own, of that domain or one above it.
pub(super) fn named(
    call: &Call<'_>,
    identifier: Option<&str>,
    domain: Option<&String>,
) -> Result<Option<String>, Refusal> {
    let member = "domainVerificationIdentifier";
    let Some(id) = identifier.map(id_of) else {
        return Ok(None);
    };
    let found = call.find::<DomainVerification>(id);
    let found = found.ok_or_else(|| not_found(VERIFICATION, id))?.value();
    let Some(domain) = domain else {
        let message = "A domain verification goes with a custom domain name or a group domain";
        return Err(invalid(member, message));
    };
    let name = domain.trim_end_matches('.').to_lowercase();
    if name != found.domain && !name.ends_with(&format!(".{}", found.domain)) {
        let message = format!("{domain} is not under the verified domain {}", found.domain);
        return Err(invalid(member, message));
    }
    let early = found.status != "VERIFIED" && call.world.doubts.is("unverified-domain", "refused");
    match early {
        true => {
            let message = format!("DomainVerification {id} is {}", found.status);
            Err(conflict(VERIFICATION, id, message))
        }
        false => Ok(Some(id.to_owned())),
    }
}
