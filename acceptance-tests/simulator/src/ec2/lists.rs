//! What every Describe operation shares: ids that must exist, filters, pages.

pub(super) use crate::engine::PageLimits;
use crate::engine::{Call, Facet, Filters, Outcome, Page};
use crate::wire::Refusal;
use crate::wire::xml::{Members, items};
use crate::world::{Kind, Seen};

/// EC2's usual bounds of MaxResults.
pub(super) const USUAL_PAGE: PageLimits = PageLimits {
    low: 5,
    high: 1000,
    clamped: false,
};

/// Bounds where a larger number counts as the largest (endpoint services and their kin).
pub(super) const CLAMPED_PAGE: PageLimits = PageLimits {
    low: 5,
    high: 1000,
    clamped: true,
};

/// A list operation on one kind of object.
pub(super) struct List<T: Kind> {
    /// Wire name of the id list.
    pub(super) ids: &'static str,
    pub(super) facets: &'static [Facet<T>],
    pub(super) page: PageLimits,
    /// Wire name of the answer's list.
    pub(super) answer: &'static str,
    pub(super) not_found: fn(&Call<'_>, &str) -> Refusal,
    pub(super) row: fn(&Call<'_>, &Seen<'_, T>) -> Members,
}

impl<T: Kind> List<T> {
    /// Carries the operation out for objects of the caller's account and region.
    pub(super) fn run(&self, call: &mut Call<'_>) -> Outcome {
        self.run_with(call, Vec::new())
    }

    /// As [`List::run`], with ids that the call gave in another way.
    pub(super) fn run_with(&self, call: &mut Call<'_>, more_ids: Vec<String>) -> Outcome {
        let mut ids = call.parameters.list(self.ids)?;
        ids.extend(more_ids);
        let filters = Filters::read(&mut call.parameters)?;
        let page = Page::read(&mut call.parameters, self.page, &ids)?;
        call.finish()?;
        filters.check(self.facets)?;
        let all = if ids.is_empty() {
            call.see_all::<T>()
        } else {
            ids.iter()
                .map(|id| call.see::<T>(id).ok_or_else(|| (self.not_found)(call, id)))
                .collect::<Result<_, _>>()?
        };
        let rows = all
            .iter()
            .filter(|seen| filters.pass(self.facets, seen))
            .map(|seen| (seen.id.to_owned(), (self.row)(call, seen)))
            .collect();
        let (rows, next) = page.cut(rows);
        Ok(std::iter::once(items(self.answer, rows))
            .chain(next)
            .collect())
    }
}
