//! Whether the service networks of consumers take what is put into them, and lead to their VPCs: asked at
//! plan, where something about them would change.

use std::sync::Arc;

use super::identity::is_same;
use super::model::{SharedConsumer, SharedDb};
use crate::aws::{Aws, Site, SiteAccess};
use crate::components::{GivenNetwork, NetworkEntry, SeenServiceNetwork};
use crate::engine::{Failure, Freshness};
use crate::protocol::{Diagnostics, Field, Path};

/// Everything about networks. Whoever can't be asked tells in the middle of the apply.
pub(super) async fn check(aws: &Aws, prior: Option<&SharedDb>, planned: &SharedDb) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (key, consumer) in planned.known_consumers() {
        if !consumer.is_networked() || is_as_before(prior, planned, consumer) {
            continue;
        }
        let places = (&consumer.account_id, &planned.region);
        let (Field::Known(account), Field::Known(region)) = places else {
            continue;
        };
        let path = Path::root().attribute("consumers").key(key.as_str());
        if let Ok(access) = aws.site(&Site::new(account, region)).await {
            let checked = check_network(&access, (planned, consumer), &path).await;
            found.extend(checked.unwrap_or_default());
        }
    }
    found
}

/// Whether nothing of it is asked of AWS that was not there before.
fn is_as_before(prior: Option<&SharedDb>, planned: &SharedDb, consumer: &SharedConsumer) -> bool {
    let Some(prior) = prior.filter(|it| it.is_shareable() == planned.is_shareable()) else {
        return false;
    };
    let mut all = prior.known_consumers();
    all.any(|(_, it)| is_same(it, consumer) && it.vpc_id == consumer.vpc_id)
}

async fn check_network(
    access: &Arc<SiteAccess>,
    (planned, consumer): (&SharedDb, &SharedConsumer),
    path: &Path,
) -> Result<Diagnostics, Failure> {
    let mut found = Diagnostics::new();
    let Some(written) = consumer.service_network_id.as_str() else {
        return Ok(found);
    };
    let at = |name: &str| path.clone().attribute(name);
    let network = GivenNetwork {
        site: access.site().clone(),
        id: written.to_owned().into(),
        may_be_shared_on: planned.is_shareable(),
    };
    let Some(seen) = GivenNetwork::see(access, written).await? else {
        let detail = format!(
            "Account {} has no service network {written} in {}, and none is shared with it by that \
             ARN. Check the id, and the account that it is looked for in.",
            access.site().account_id,
            access.site().region
        );
        found.error_at(at("service_network_id"), "No such service network", detail);
        return Ok(found);
    };
    if let Some(why) = network.problem(&seen) {
        let detail = format!("{written} takes nothing of this: {why}.");
        let title = "Not into this service network";
        found.error_at(at("service_network_id"), title, detail);
        return Ok(found);
    }
    found.extend(check_way(access, (&seen, consumer), at("vpc_id")).await?);
    Ok(found)
}

/// The VPC must get into the network by something of its own.
async fn check_way(
    access: &SiteAccess,
    (network, consumer): (&SeenServiceNetwork, &SharedConsumer),
    path: Path,
) -> Result<Diagnostics, Failure> {
    let mut found = Diagnostics::new();
    let (Some(vpc), Some(id)) = (consumer.vpc_id.as_str(), network.id.known()) else {
        return Ok(found);
    };
    let entry = NetworkEntry::find(access, (id, vpc), Freshness::Now).await?;
    if entry.is_none() {
        let detail = format!(
            "{vpc} has no way into the service network {id}, so nobody there would reach what is put into \
             it. Join the two first, by an association of the VPC with the network or by an endpoint \
             of type ServiceNetwork in it; or give subnet_ids and leave via out, and endpoints are \
             made here."
        );
        found.error_at(path, "The VPC is not in the service network", detail);
    }
    Ok(found)
}
