//! What a plan sets out to do, in sentences: the attribute `changes`.

use std::collections::BTreeSet;

use super::blueprint::{Blueprint, Deed};
use super::managed::Managed;
use crate::engine::{Forecast, Verdict};
use crate::protocol::{Field, PlanRequest, Set};

/// The sentences of a plan. Unknown while anything in the configuration is: a plan that knows more
/// may have more to do. Kept from the last one where there is nothing to do.
pub(super) fn planned<B: Blueprint>(
    planned: &B::Model,
    forecast: &Forecast,
    request: &PlanRequest,
) -> Field<Set<String>> {
    let known = request.config.is_wholly_known();
    let last = Managed::<B>::decode(&request.prior).ok().flatten();
    if !known {
        return Field::Unknown;
    }
    if let Some(last) = last.as_ref().map(|last| B::common(last).changes) {
        let mut same = planned.clone();
        set::<B>(&mut same, last.clone());
        if Managed::<B>::encode(&same) == request.prior {
            return last;
        }
    }
    Field::Known(sentences::<B>(last.as_ref(), planned, forecast))
}

/// Each sentence once, in the order of the alphabet.
pub(super) fn sentences<B: Blueprint>(
    prior: Option<&B::Model>,
    model: &B::Model,
    forecast: &Forecast,
) -> Set<String> {
    let own = forecast.prospects.iter().filter(|it| !it.given);
    let deeds = own.filter_map(|prospect| {
        let deed = match &prospect.verdict {
            Verdict::Missing => Deed::Makes,
            Verdict::Replace(why) => Deed::Replaces(why),
            Verdict::Changed(fields) => Deed::Changes(fields),
            _ => return None,
        };
        B::change(model, &prospect.address, &deed)
    });
    let leaving = forecast.doomed.iter();
    let leaving = leaving.filter_map(|address| B::change(model, address, &Deed::Removes));
    let grants = B::grants(prior, model).into_iter();
    let sentences: BTreeSet<String> = deeds.chain(leaving).chain(grants).collect();
    sentences.into_iter().collect()
}

/// Puts them into the model.
pub(super) fn set<B: Blueprint>(model: &mut B::Model, changes: Field<Set<String>>) {
    let mut common = B::common(model);
    common.changes = changes;
    B::set_common(model, common);
}
