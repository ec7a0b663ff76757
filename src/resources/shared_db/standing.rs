//! What AWS would refuse of a shared database that stands: asked at plan, before anything moves.

use std::collections::BTreeSet;

use super::addresses as at;
use super::identity;
use super::model::SharedDb;
use super::shares::principals;
use crate::aws::{Aws, Site, SiteAccess};
use crate::engine::{Failure, Ledger};
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};

/// What keeps a configuration from going, whether it is made anew or no longer wanted: endpoints of
/// others that hold it.
pub(super) async fn check(
    aws: &Aws,
    (prior, planned): (&SharedDb, &SharedDb),
    ledger: &Ledger,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    if planned.force_delete.known() == Some(&true) {
        return found;
    }
    let places = identity::matched(prior, planned);
    let going = configurations(prior).filter(|(address, ..)| {
        let place = places.get(address);
        place.is_some_and(Option::is_none) || is_ungrouped(address, planned)
    });
    let going: Vec<_> = going.collect();
    if going.is_empty() {
        return found;
    }
    // Who can't be asked will tell in the middle.
    let Ok(Some(access)) = owners_site(aws, prior).await else {
        return found;
    };
    // Those who lose everything are cut off before.
    let cut: BTreeSet<String> = match planned.reject_on_revoke.known() {
        Some(false) => BTreeSet::new(),
        _ => principals(prior)
            .difference(&principals(planned))
            .cloned()
            .collect(),
    };
    for (address, id, name) in going {
        let holding = strangers(&access, (&id, &name), (ledger, &cut)).await;
        if holding.is_empty() {
            continue;
        }
        let detail = format!(
            "With this plan the configuration {id} goes, and AWS deletes none that is in use: {}. Have \
             them delete their endpoints first, or set force_delete = true to have them cut off.",
            holding.join(", ")
        );
        let path = match at::endpoint_of(&address) {
            Some((key, _)) if planned.known_endpoints().any(|(it, _)| it == key) => {
                at::path(&address)
            }
            _ => Path::root().attribute("endpoints"),
        };
        found.error_at(path, "Others are connected", detail);
    }
    found
}

/// What keeps it from being deleted: endpoints of others, which hold its configurations.
pub(super) async fn check_delete(
    aws: &Aws,
    model: &SharedDb,
    ledger: &Ledger,
) -> Result<(), Diagnostics> {
    if model.force_delete.known() == Some(&true) {
        return Ok(());
    }
    let access = owners_site(aws, model).await.map_err(|failure| {
        let detail = failure.reason().to_string();
        Diagnostics::from(Diagnostic::error("Nobody can be asked", detail))
    })?;
    let Some(access) = access else {
        return Ok(());
    };
    let nobody = BTreeSet::new();
    let mut holding = Vec::new();
    for (_, id, name) in configurations(model) {
        holding.extend(strangers(&access, (&id, &name), (ledger, &nobody)).await);
    }
    if holding.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "AWS deletes no resource configuration that is in use: {}. Nothing was touched. Have them \
         delete their endpoints, or apply force_delete = true to have them cut off, then destroy.",
        holding.join(", ")
    );
    let name = model.name.as_str().unwrap_or_default();
    let title = format!("Shared database {name:?}: others are connected");
    let path = Path::root().attribute("force_delete");
    Err(Diagnostic::error(title, detail).at(path).into())
}

/// The configurations that others can be connected to: address, id, and what users call them.
fn configurations(model: &SharedDb) -> impl Iterator<Item = (String, String, String)> {
    let group = model.group.known();
    let group = group.and_then(|it| it.resource_configuration_id.as_str());
    let group = group.map(|id| (at::GROUP.to_owned(), id.to_owned(), "the group".to_owned()));
    let singles = model.known_endpoints().filter_map(|(key, endpoint)| {
        let id = endpoint.resource_configuration_id.as_str()?;
        Some((at::configuration(key), id.to_owned(), key.clone()))
    });
    singles.chain(group).collect::<Vec<_>>().into_iter()
}

/// Whether it is a group that is no longer wanted.
fn is_ungrouped(address: &str, planned: &SharedDb) -> bool {
    address == at::GROUP && !planned.is_grouped()
}

async fn owners_site(
    aws: &Aws,
    model: &SharedDb,
) -> Result<Option<std::sync::Arc<SiteAccess>>, Failure> {
    let place = (&model.account_id, &model.region);
    let (Field::Known(account), Field::Known(region)) = place else {
        return Ok(None);
    };
    aws.site(&Site::new(account, region)).await.map(Some)
}

/// The endpoints at a configuration that are not this resource's and are not cut off anyway.
async fn strangers(
    access: &SiteAccess,
    (id, name): (&str, &str),
    (ledger, cut): (&Ledger, &BTreeSet<String>),
) -> Vec<String> {
    let own: BTreeSet<&str> = ledger.iter().map(|(_, entry)| entry.id.as_str()).collect();
    // Without the permission to look, the delete itself will tell.
    let connected = access
        .endpoints_of_configuration(id)
        .await
        .unwrap_or_default();
    let holding = connected.into_iter().filter_map(|association| {
        let endpoint = association.vpc_endpoint_id().unwrap_or_default();
        let account = association.vpc_endpoint_owner().unwrap_or_default();
        let holds = !own.contains(endpoint) && !cut.contains(account);
        holds.then(|| format!("{endpoint} (account {account}) to {name}"))
    });
    holding.collect()
}
