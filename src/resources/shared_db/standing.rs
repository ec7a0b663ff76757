//! What AWS would refuse of a shared database that stands: asked at plan, before anything moves.

use std::collections::BTreeSet;

use super::model::SharedDb;
use crate::aws::{Aws, Site};
use crate::engine::Ledger;
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};

/// What keeps it from being deleted: endpoints of others, which hold its configurations.
pub(super) async fn check_delete(
    aws: &Aws,
    model: &SharedDb,
    ledger: &Ledger,
) -> Result<(), Diagnostics> {
    let place = (&model.account_id, &model.region);
    let (Field::Known(account), Field::Known(region)) = place else {
        return Ok(());
    };
    if model.force_delete.known() == Some(&true) {
        return Ok(());
    }
    let access = aws.site(&Site::new(account, region)).await;
    let access = access.map_err(|failure| {
        let detail = failure.reason().to_string();
        Diagnostics::from(Diagnostic::error("Nobody can be asked", detail))
    })?;
    let own: BTreeSet<&str> = ledger.iter().map(|(_, entry)| entry.id.as_str()).collect();
    let mut holding = Vec::new();
    for (key, endpoint) in model.known_endpoints() {
        let Some(id) = endpoint.resource_configuration_id.as_str() else {
            continue;
        };
        // Without the permission to look, the delete itself will tell.
        let connected = access.endpoints_of_configuration(id).await;
        for association in connected.unwrap_or_default() {
            let endpoint = association.vpc_endpoint_id().unwrap_or_default();
            if !own.contains(endpoint) {
                let account = association.vpc_endpoint_owner().unwrap_or_default();
                holding.push(format!("{endpoint} (account {account}) to {key}"));
            }
        }
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
