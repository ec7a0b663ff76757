//! The accounts that the provider's keys lead to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::aws::ownership::OwnerPath;
use crate::aws::{Aws, Site, SiteAccess};
use crate::engine::Failure;
use crate::protocol::{Diagnostic, Diagnostics, Path};

/// The id of the account that a key leads to; without a key, of the default one.
pub(super) async fn account_id(
    aws: &Aws,
    key: Option<&str>,
    path: Path,
) -> Result<String, Diagnostics> {
    aws.account_id(key).await.map_err(|failure: Failure| {
        let detail = failure.reason().to_string();
        Diagnostics::from(Diagnostic::error("Account not usable", detail).at(path))
    })
}

/// Every place where a part may be: the owner's own first, then each entry's account in its own
/// region, the owner's, and those that the service supports.
pub(super) async fn sites(
    aws: &Aws,
    owner: &OwnerPath,
    regions: &BTreeSet<String>,
) -> Result<Vec<(Option<String>, Arc<SiteAccess>)>, Failure> {
    let mut sites = BTreeMap::from([(owner.site.clone(), None)]);
    for key in aws.keys() {
        let account = aws.account_id(key).await?;
        let own = aws.region_written(key).unwrap_or(&owner.site.region);
        for region in regions.iter().map(String::as_str).chain([own]) {
            let site = Site::new(&account, region);
            sites.entry(site).or_insert_with(|| key.map(str::to_owned));
        }
    }
    let mut reached = Vec::new();
    for (site, key) in sites {
        reached.push((key, aws.site(&site).await?));
    }
    Ok(reached)
}
