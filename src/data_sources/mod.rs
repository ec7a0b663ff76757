//! What users read: one file per data source. **Reads only; sees neither proto types nor SDK types.**

mod service_connections;
mod share_status;

use std::sync::Arc;

use crate::aws::{Aws, Site, is_region};
use crate::engine::Failure;
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};

pub use service_connections::ServiceConnections;
pub use share_status::ShareStatuses;

/// The way to AWS, once the provider is configured.
pub type Reach = Arc<dyn Fn() -> Result<Arc<Aws>, Diagnostic> + Send + Sync>;

/// A region that is none.
fn check_region(region: &Field<String>, found: &mut Diagnostics) {
    if let Some(region) = region.as_str().filter(|it| !is_region(it)) {
        let detail = format!("{region:?} is no code of a region, such as \"eu-west-1\".");
        found.error_at(Path::root().attribute("region"), "Not a region", detail);
    }
}

/// The place that `account` and `region` mean: the default account's, and that of its entry.
async fn site(
    aws: &Aws,
    account: &Field<String>,
    region: &Field<String>,
) -> Result<Site, Diagnostics> {
    let key = account.as_str();
    let at = |name: &'static str| {
        move |failure: Failure| {
            let detail = failure.reason().to_string();
            let diagnostic = Diagnostic::error("Account not usable", detail);
            Diagnostics::from(diagnostic.at(Path::root().attribute(name)))
        }
    };
    let account_id = aws.account_id(key).await.map_err(at("account"))?;
    let region = match region.as_str() {
        Some(region) => region.to_owned(),
        None => aws.region(key).await.map_err(at("region"))?,
    };
    Ok(Site::new(account_id, region))
}
