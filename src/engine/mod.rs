//! Keeping a graph of things in shape. **Knows neither AWS nor Terraform nor the wall clock.**
//!
//! A [`Component`] is plain wanted data with a pure judgement and single acts; a [`Graph`] ties
//! components together by typed needs; [`forecast`] says what would happen, [`survey`] looks at
//! what is there, and [`converge`] makes it so. The [`Ledger`] remembers ids between runs.
//!
//! Start reading at `converge.rs`, then `board.rs`.

mod board;
mod clock;
mod component;
mod converge;
mod events;
mod fact;
mod facts;
mod failure;
mod forecast;
mod graph;
mod ledger;
mod needs;
mod node;
mod run;
mod survey;

pub use clock::{Clock, LAG, Pace};
pub use component::{Component, Deletion, Found, Freshness, Made, Place, Sighting, Verdict};
pub use converge::converge;
pub use fact::Fact;
pub use facts::{Facts, Prospect};
pub use failure::{Failure, Reason};
pub use forecast::{Forecast, forecast};
pub use graph::Graph;
pub use ledger::{Entry, Ledger};
pub use needs::{Early, FactsOf, Handle, Needs};
pub use run::{Cause, Guard, Moment, Outcome, Problem, Run};
pub use survey::{Survey, survey};

#[cfg(test)]
mod tests;
