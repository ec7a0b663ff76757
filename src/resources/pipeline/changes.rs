//! What a plan sets out to do, in sentences: the attribute `changes`.

use std::collections::{BTreeMap, BTreeSet};

use super::super::common::Common;
use super::blueprint::{Blueprint, Deed, Past};
use super::managed::Managed;
use crate::engine::{Forecast, Verdict};
use crate::protocol::{Field, Map, PlanRequest, Set};

/// How long a list of tags may be that is still told.
const TAGS_MAX: usize = 90;

/// The sentences of a plan. Unknown while anything in the configuration is: a plan that knows more
/// may have more to do. Kept from the last one where there is nothing to do.
pub(super) fn planned<B: Blueprint>(
    planned: &B::Model,
    (forecast, past): (&Forecast, &Past<'_, B::Model>),
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
    Field::Known(sentences::<B>(last.as_ref(), planned, (forecast, past)))
}

/// In the order of the alphabet. A set has each once: what is said more than once is counted.
pub(super) fn sentences<B: Blueprint>(
    prior: Option<&B::Model>,
    model: &B::Model,
    (forecast, past): (&Forecast, &Past<'_, B::Model>),
) -> Set<String> {
    let own = forecast.prospects.iter().filter(|it| !it.given);
    let retagged = own.clone().filter(|it| is_retagged(&it.verdict)).count();
    let deeds = own.filter_map(|prospect| {
        let deed = match &prospect.verdict {
            Verdict::Missing => Deed::Makes,
            Verdict::Replace(why) => Deed::Replaces(why),
            Verdict::Changed(fields) if !is_retagged(&prospect.verdict) => Deed::Changes(fields),
            _ => return None,
        };
        B::change(prior, model, &prospect.address, &deed)
    });
    let leaving = forecast.doomed.iter();
    let leaving = leaving.filter_map(|address| B::change(prior, model, address, &Deed::Removes));
    let grants = B::grants(prior, model, past).into_iter();
    let mut sentences: BTreeMap<String, usize> = BTreeMap::new();
    for sentence in deeds.chain(leaving).chain(grants) {
        *sentences.entry(sentence).or_default() += 1;
    }
    let mut sentences: Vec<String> = sentences.into_iter().map(counted).collect();
    if sentences.is_empty() && retagged == 0 {
        // Parts of which a plan says nothing when they are made with their whole.
        sentences = prior.map(mended::<B>).unwrap_or_default();
    }
    if retagged > 0 {
        let common = |model: &B::Model| B::common(model).tags_all;
        let values = prior.and_then(|prior| tags_moved(&common(prior), &common(model)));
        let values = values.map_or_else(String::new, |values| format!(": {values}"));
        let objects = if retagged == 1 { "object" } else { "objects" };
        sentences.push(format!("changes the tags of {retagged} {objects}{values}"));
    }
    let mut sentences = unlike_the_last(sentences, prior.map(B::common).as_ref());
    sentences.sort_unstable();
    sentences.into_iter().collect()
}

/// What a plan says of consumers that have another key, and are the same.
pub fn renamed<'a, C: 'a>(
    prior: impl Iterator<Item = (&'a String, &'a C)>,
    planned: impl Iterator<Item = (&'a String, &'a C)>,
    is_same: fn(&C, &C) -> bool,
) -> Vec<String> {
    let prior: Vec<_> = prior.collect();
    let all = planned.filter_map(|(now, consumer)| {
        let mut former = prior.iter();
        let (before, _) = former.find(|(_, it)| is_same(it, consumer))?;
        (*before != now).then(|| format!("calls consumer {before} {now} from now on"))
    });
    all.collect()
}

/// Terraform hides what a set has had before, so what is to be done once more is said in other words.
fn unlike_the_last(sentences: Vec<String>, prior: Option<&Common>) -> Vec<String> {
    let last = prior.and_then(|prior| prior.changes.known());
    let said = |sentence: &String| last.is_some_and(|last| last.contains(sentence));
    let reworded = sentences.into_iter().map(|sentence| match said(&sentence) {
        true => format!("again {sentence}"),
        false => sentence,
    });
    reworded.collect()
}

/// What refresh found, as what will be mended.
fn mended<B: Blueprint>(prior: &B::Model) -> Vec<String> {
    let drift = B::common(prior).drift.into_known().unwrap_or_default();
    let found = drift.known();
    found.map(|sentence| format!("mends: {sentence}")).collect()
}

fn counted((sentence, times): (String, usize)) -> String {
    match times {
        1 => sentence,
        times => format!("{sentence} ({times} times)"),
    }
}

fn is_retagged(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Changed(fields) if fields == &["tags"])
}

/// `team a → b`, `+stage test`, `-team`, where all is known and few are others.
fn tags_moved(old: &Field<Map<String>>, new: &Field<Map<String>>) -> Option<String> {
    let (old, new) = (old.known()?, new.known()?);
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut moved = Vec::new();
    for key in keys {
        match (old.get(key), new.get(key)) {
            (Some(Field::Known(old)), Some(Field::Known(new))) if old == new => {}
            (Some(Field::Known(old)), Some(Field::Known(new))) => {
                moved.push(format!("{key} {old} → {new}"));
            }
            (None, Some(Field::Known(new))) => moved.push(format!("+{key} {new}")),
            (Some(_), None) => moved.push(format!("-{key}")),
            _ => return None,
        }
    }
    let all = moved.join(", ");
    (!all.is_empty() && all.chars().count() <= TAGS_MAX).then_some(all)
}

/// Puts them into the model.
pub(super) fn set<B: Blueprint>(model: &mut B::Model, changes: Field<Set<String>>) {
    let mut common = B::common(model);
    common.changes = changes;
    B::set_common(model, common);
}
