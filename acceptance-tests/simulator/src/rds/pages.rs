//! Pages of lists: `MaxRecords` and `Marker` in, `Marker` out.

use super::refusals::value;
use crate::wire::xml::{Members, rows_of, text};
use crate::wire::{Parameters, Refusal};

/// Source: the service model, `DescribeDBClustersMessage`.
const SIZES: std::ops::RangeInclusive<i64> = 20..=100;

/// What page a call asks for. A marker is the ARN that ended the page before.
#[derive(Debug)]
pub(super) struct Page {
    size: usize,
    after: Option<String>,
}

impl Page {
    pub(super) fn read(parameters: &mut Parameters) -> Result<Self, Refusal> {
        let size = parameters.integer("MaxRecords")?.unwrap_or(*SIZES.end());
        if !SIZES.contains(&size) {
            return Err(value(format!(
                "Invalid value {size} for MaxRecords. Must be between {} and {}",
                SIZES.start(),
                SIZES.end()
            )));
        }
        let after = parameters.text("Marker").filter(|it| !it.is_empty());
        if after.as_ref().is_some_and(|it| !it.starts_with("arn:")) {
            return Err(value("The marker is not valid"));
        }
        Ok(Self {
            size: usize::try_from(size).unwrap_or(1),
            after,
        })
    }

    /// The answer: the rows of the page, each with its ARN, under the names of the list and of its
    /// elements, and the next marker.
    pub(super) fn cut(
        &self,
        names: (&'static str, &'static str),
        mut rows: Vec<(String, Members)>,
    ) -> Members {
        rows.retain(|(arn, _)| self.after.as_ref().is_none_or(|after| arn > after));
        rows.sort_by(|(one, _), (two, _)| one.cmp(two));
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        let next = rows.last().filter(|_| more);
        let next = next.map(|(arn, _)| text("Marker", arn));
        let rows = rows_of(names, rows.into_iter().map(|(_, row)| row));
        std::iter::once(rows).chain(next).collect()
    }
}
