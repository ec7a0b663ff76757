//! What AWS would refuse of a shared database that stands: asked at plan, before anything moves.

use std::collections::BTreeSet;

use super::model::SharedDb;
use super::resource::SharedDbBlueprint;
use super::shares::principals;
use super::{addresses as at, census, identity};
use crate::aws::ownership::OwnerPath;
use crate::aws::{Aws, Holder, Site, SiteAccess};
use crate::engine::{Failure, Ledger};
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};
use crate::resources::pipeline::Blueprint;

/// What keeps a configuration from going, whether it is made anew or no longer wanted: endpoints and
/// service networks of others that hold it.
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
        let holding = strangers((aws, &access), (prior, ledger), (&id, &name), &cut).await;
        if holding.is_empty() {
            continue;
        }
        let detail = format!(
            "With this plan the configuration {id} goes, and AWS deletes none that is in use: {}. Have \
             them leave it first, or set force_delete = true to have them cut off.",
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

/// What keeps it from being deleted: endpoints and service networks of others, which hold its
/// configurations.
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
        let strangers = strangers((aws, &access), (model, ledger), (&id, &name), &nobody);
        holding.extend(strangers.await);
    }
    if holding.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "AWS deletes no resource configuration that is in use: {}. Nothing was touched. Have them \
         leave it, or apply force_delete = true to have them cut off, then destroy.",
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

/// What holds a configuration, is not this resource's and is not cut off anyway.
async fn strangers(
    (aws, access): (&Aws, &SiteAccess),
    (model, ledger): (&SharedDb, &Ledger),
    (id, name): (&str, &str),
    cut: &BTreeSet<String>,
) -> Vec<String> {
    let own: BTreeSet<&str> = ledger.iter().map(|(_, entry)| entry.id.as_str()).collect();
    // Without the permission to look, the delete itself will tell.
    let mut holding = access.holders(id).await.unwrap_or_default();
    holding.retain(|it| !own.contains(it.id.as_str()) && !cut.contains(&it.account_id));
    let forgotten = forgotten(aws, model, &holding).await;
    holding.retain(|it| !forgotten.contains(&it.id));
    let holding = holding.iter().map(|it| format!("{it} to {name}"));
    holding.collect()
}

/// Which of these are this resource's own, though its state knows nothing of them.
async fn forgotten(aws: &Aws, model: &SharedDb, holding: &[Holder]) -> BTreeSet<String> {
    let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
    let owner = OwnerPath {
        kind: SharedDbBlueprint::KIND.to_owned(),
        site: Site::new(text(&model.account_id), text(&model.region)),
        name: text(&model.name),
    };
    let accounts: BTreeSet<&String> = holding.iter().map(|it| &it.account_id).collect();
    let mut own = BTreeSet::new();
    for account in accounts {
        if !aws.reaches(account).await.unwrap_or_default() {
            continue;
        }
        let Ok(access) = aws.site(&Site::new(account, &owner.site.region)).await else {
            continue;
        };
        // What can't be told apart is told of.
        if let Ok(found) = census::consumers(&access, &owner, holding).await {
            own.extend(found.ids(access.site()).into_values().map(|it| it.id));
        }
    }
    own
}
