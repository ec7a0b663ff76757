//! Filters of lists: `Filters.Filter.N`, each with a name and values of which any may match.

use super::refusals::value;
use crate::wire::{Parameters, Refusal};

/// The filters of a call.
#[derive(Debug)]
pub(super) struct Filters {
    wanted: Vec<(String, Vec<String>)>,
}

impl Filters {
    /// Takes them, of the names that the operation knows.
    pub(super) fn read(parameters: &mut Parameters, known: &[&str]) -> Result<Self, Refusal> {
        let wanted = parameters.named_structures(("Filters", "Filter"), |filter| {
            let name = filter.required("Name")?;
            let values = filter.named_list("Values", "Value")?;
            match known.contains(&name.as_str()) {
                true => Ok((name, values)),
                false => Err(value(format!("Unrecognized filter name: {name}"))),
            }
        })?;
        Ok(Self { wanted })
    }

    /// Whether something passes that has these values under a filter's name.
    pub(super) fn pass(&self, values: impl Fn(&str) -> Vec<String>) -> bool {
        self.wanted.iter().all(|(name, wanted)| {
            let has = values(name);
            wanted.iter().any(|value| has.contains(value))
        })
    }
}
