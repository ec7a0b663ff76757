//! What refresh found missing or changed that the next apply will mend, in sentences.
//!
//! The same facts give the same sentences: no times, no order, no counts that move.

use crate::engine::{Forecast, Ledger, Verdict};
use crate::protocol::{Field, Set};

/// The sentences about a forecast made right after a refresh. `own` has a resource's own words for
/// some addresses.
pub(super) fn sentences(
    forecast: &Forecast,
    remembered: &Ledger,
    own: impl Fn(&str) -> Option<String>,
) -> Set<String> {
    let leaving = forecast.doomed.iter();
    let leaving = leaving.map(|address| match remembered.get(address) {
        Some(entry) => format!("{address} ({}) is still to be removed", entry.id),
        None => format!("{address} is still to be removed"),
    });
    let mut sentences: Vec<String> = forecast
        .prospects
        .iter()
        .filter(|prospect| !prospect.given)
        .filter_map(|prospect| {
            let address = &prospect.address;
            if is_undone(&prospect.verdict)
                && let Some(own) = own(address)
            {
                return Some(own).filter(|own| !own.is_empty());
            }
            let known = remembered.get(address).map(|entry| entry.id.as_str());
            let what = match (&prospect.verdict, known) {
                (Verdict::Missing, Some(id)) if prospect.identified => {
                    format!("{address} ({id}) is gone")
                }
                (Verdict::Missing, _) => format!("{address} is missing"),
                (Verdict::Changed(fields), _) => {
                    format!("{address}: {} changed outside Terraform", fields.join(", "))
                }
                (Verdict::Replace(why), _) => format!("{address} must be made anew: {why}"),
                _ => return None,
            };
            Some(what)
        })
        .chain(leaving)
        .collect();
    sentences.sort_unstable();
    Set(sentences.into_iter().map(Field::Known).collect())
}

/// What a run that failed left undone: without it a plan that reads nothing would see no difference.
pub(super) fn undone(forecast: &Forecast) -> Set<String> {
    let unmade = forecast.prospects.iter().filter_map(|prospect| {
        let undone = !prospect.given && is_undone(&prospect.verdict);
        undone.then(|| format!("{} is still to be done", prospect.address))
    });
    let leaving = forecast.doomed.iter();
    let leaving = leaving.map(|address| format!("{address} is still to be removed"));
    let mut sentences: Vec<String> = unmade.chain(leaving).collect();
    sentences.sort_unstable();
    Set(sentences.into_iter().map(Field::Known).collect())
}

fn is_undone(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Missing | Verdict::Changed(_) | Verdict::Replace(_)
    )
}
