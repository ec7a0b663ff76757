//! Words and numbers within the bounds of the model, refused in the query protocol's words.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::refusals::validation;
use crate::wire::{Parameters, Refusal};

/// One of the words that the model lists.
pub(super) fn word(
    parameters: &mut Parameters,
    name: &str,
    words: &[&str],
) -> Result<Option<String>, Refusal> {
    match parameters.text(name) {
        Some(word) if !words.contains(&word.as_str()) => {
            let set = words.join(", ");
            Err(violation(
                &word,
                name,
                &format!("satisfy enum value set: [{set}]"),
            ))
        }
        word => Ok(word),
    }
}

/// A number within bounds.
pub(super) fn number(
    parameters: &mut Parameters,
    name: &str,
    bounds: RangeInclusive<i64>,
) -> Result<Option<u32>, Refusal> {
    let Some(number) = parameters.integer(name)? else {
        return Ok(None);
    };
    let (low, high) = bounds.into_inner();
    if number < low {
        let why = format!("have value greater than or equal to {low}");
        return Err(violation(number, name, &why));
    }
    let why = || format!("have value less than or equal to {high}");
    let fitting = (number <= high)
        .then(|| u32::try_from(number).ok())
        .flatten();
    fitting
        .map(Some)
        .ok_or_else(|| violation(number, name, &why()))
}

/// A TCP or UDP port.
pub(super) fn port(parameters: &mut Parameters, name: &str) -> Result<Option<u16>, Refusal> {
    let number = number(parameters, name, 1..=65_535)?;
    Ok(number.and_then(|number| u16::try_from(number).ok()))
}

/// A list of at most twenty texts.
pub(super) fn twenty(parameters: &mut Parameters, name: &str) -> Result<Vec<String>, Refusal> {
    let list = parameters.list(name)?;
    if list.len() <= 20 {
        return Ok(list);
    }
    let shown = format!("[{}]", list.join(", "));
    Err(violation(
        shown,
        name,
        "have length less than or equal to 20",
    ))
}

/// A list that must have an element.
pub(super) fn some(parameters: &mut Parameters, name: &str) -> Result<Vec<String>, Refusal> {
    let list = parameters.list(name)?;
    if list.is_empty() {
        Err(absent(name))
    } else {
        Ok(list)
    }
}

/// A required member is not there.
pub(super) fn absent(name: &str) -> Refusal {
    validation(format!(
        "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member \
         must not be null",
        camel(name)
    ))
}

fn violation(value: impl Display, name: &str, why: &str) -> Refusal {
    validation(format!(
        "1 validation error detected: Value '{value}' at '{}' failed to satisfy constraint: \
         Member must {why}",
        camel(name)
    ))
}

fn camel(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
