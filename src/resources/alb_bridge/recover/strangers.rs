//! Who is connected to what is imported, and is no consumer because no credentials lead there.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::{Aws, Site};
use crate::engine::Failure;
use crate::protocol::{Diagnostics, Path, Set};
use crate::resources::alb_bridge::model::AlbBridge;

/// The accounts that become `allowed_accounts` although they are connected.
pub(in crate::resources::alb_bridge) async fn reservations(
    aws: &Aws,
    (site, service): (&Site, &str),
    model: &AlbBridge,
) -> Result<Diagnostics, Failure> {
    let mut found = Diagnostics::new();
    let allowed = model.allowed_accounts.known().into_iter();
    let allowed: BTreeSet<&String> = allowed.flat_map(Set::known).collect();
    if allowed.is_empty() {
        return Ok(found);
    }
    let mut strangers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for connection in aws.site(site).await?.connections(service).await? {
        let account = &connection.account_id;
        if connection.is_connected() && allowed.contains(account) && !aws.reaches(account).await? {
            let endpoints = strangers.entry(account.clone()).or_default();
            endpoints.push(connection.endpoint);
        }
    }
    if strangers.is_empty() {
        return Ok(found);
    }
    let lines: Vec<String> = strangers
        .iter()
        .map(|(account, endpoints)| format!("  {account}: {}", endpoints.join(", ")))
        .collect();
    let detail = format!(
        "These accounts are connected, and no entry of accounts in the provider block leads to \
         them:\n{}\nThey are imported as allowed_accounts, and their endpoints are left alone. To have \
         them as consumers, add an entry for each to accounts, then take the bridge out of the state \
         (terraform state rm) and import it again.",
        lines.join("\n")
    );
    let path = Path::root().attribute("allowed_accounts");
    found.warning_at(path, "Connected accounts become no consumers", detail);
    Ok(found)
}
