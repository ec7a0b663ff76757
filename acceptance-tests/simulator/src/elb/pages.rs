//! Pages of lists: `PageSize` and `Marker` in, `NextMarker` out.

use super::refusals::validation;
use super::values;
use crate::wire::xml::{Members, members, text};
use crate::wire::{Parameters, Refusal};

/// AWS's largest page.
const SIZE_MAX: u32 = 400;

/// What page a call asks for. A marker is the ARN that ended the page before.
#[derive(Debug)]
pub(super) struct Page {
    size: usize,
    after: Option<String>,
}

impl Page {
    /// Reads both. `named` says whether the call also names what it wants, which does not mix.
    pub(super) fn read(parameters: &mut Parameters, named: bool) -> Result<Self, Refusal> {
        let size = values::number(parameters, "PageSize", 1..=i64::from(SIZE_MAX))?;
        let after = parameters
            .text("Marker")
            .filter(|marker| !marker.is_empty());
        if named && (size.is_some() || after.is_some()) {
            return Err(validation(
                "Names or ARNs and pages can't be asked for in one call",
            ));
        }
        if after
            .as_ref()
            .is_some_and(|marker| !marker.starts_with("arn:aws:"))
        {
            return Err(validation("The specified marker is not valid"));
        }
        let size = usize::try_from(size.unwrap_or(SIZE_MAX)).unwrap_or(usize::MAX);
        Ok(Self { size, after })
    }

    /// The answer: the rows of the page, each with its ARN, under `name`, and the next marker.
    pub(super) fn cut(&self, name: &'static str, rows: Vec<(String, Members)>) -> Members {
        let mut rows: Vec<_> = rows
            .into_iter()
            .filter(|(arn, _)| self.after.as_ref().is_none_or(|after| arn > after))
            .collect();
        rows.sort_by(|(one, _), (two, _)| one.cmp(two));
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        let next = more
            .then(|| rows.last().map(|(arn, _)| text("NextMarker", arn)))
            .flatten();
        let rows = rows.into_iter().map(|(_, row)| row);
        std::iter::once(members(name, rows)).chain(next).collect()
    }
}
