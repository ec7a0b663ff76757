//! The mark of a change on its anchor: whoever comes after with a state from before, because a run was
//! cut off or an old state was restored, looks for what was made since.

use super::managed::diagnostic;
use crate::aws::inventory::Kind;
use crate::aws::ownership::{CHANGE, CLAIM, Mark, fresh_token};
use crate::aws::{Aws, Site};
use crate::engine::{Failure, Forecast, Ledger, Verdict};
use crate::protocol::Diagnostics;

/// Whether what is done may leave something of which a state from before would know nothing: what was
/// made, and who was let in.
pub(super) fn is_needed(prospects: &Forecast) -> bool {
    let mut own = prospects.prospects.iter().filter(|it| !it.given);
    own.any(|it| match &it.verdict {
        Verdict::Missing | Verdict::Replace(_) => it.identified,
        Verdict::Changed(fields) => fields.contains(&"principals"),
        _ => false,
    })
}

/// The last change that an anchor, as it is remembered, knows of.
pub(super) fn last(ledger: &Ledger, anchor: &str) -> Option<String> {
    mark_of(ledger, anchor)?.change
}

/// What an anchor's tags say.
pub(super) fn mark_of(ledger: &Ledger, anchor: &str) -> Option<Mark> {
    mark(&ledger.get(anchor)?.seen)
}

/// What an anchor's tags, as the ledger remembers them, say.
pub(super) fn mark(seen: &serde_json::Value) -> Option<Mark> {
    let tags = seen.get("tags")?.get(0)?;
    Some(Mark::read(&serde_json::from_value(tags.clone()).ok()?))
}

/// Puts the mark of a new change, and remembers it. An anchor that is not there is about to be made.
pub(super) async fn begin(
    aws: &Aws,
    site: &Site,
    (ledger, anchor): (&mut Ledger, &str),
) -> Result<(), Diagnostics> {
    put(aws, site, (ledger, anchor), (CHANGE, &fresh_token())).await
}

/// Takes an anchor over that a run which failed has left: what does not fit goes before anything is made,
/// and only what is ours may go.
pub(super) async fn take_over(
    aws: &Aws,
    site: &Site,
    (ledger, anchor): (&mut Ledger, &str),
    claim: &str,
) -> Result<(), Diagnostics> {
    put(aws, site, (ledger, anchor), (CLAIM, claim)).await
}

async fn put(
    aws: &Aws,
    site: &Site,
    (ledger, anchor): (&mut Ledger, &str),
    (key, value): (&str, &str),
) -> Result<(), Diagnostics> {
    let Some(mut entry) = ledger.get(anchor).cloned() else {
        return Ok(());
    };
    let failed = |failure: Failure| Diagnostics::from(diagnostic("Nothing was changed", &failure));
    let access = aws.site(site).await.map_err(failed)?;
    match access.put_tag(&entry.id, key, value).await {
        Err(error) if error.is_not_found() => return Ok(()),
        answer => answer.map_err(|it| failed(it.into()))?,
    }
    access.inventory().changed(Kind::SecurityGroups);
    let tags = entry.seen.get_mut("tags").and_then(|tags| tags.get_mut(0));
    if let Some(tags) = tags.and_then(serde_json::Value::as_object_mut) {
        tags.insert(key.to_owned(), value.into());
        ledger.put(anchor.to_owned(), entry);
    }
    Ok(())
}
