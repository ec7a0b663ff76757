//! The engine: one call in, one answer out, and everything that may come between (throttles, faults,
//! policies, lag). It knows the services only by their tables of operations.
//!
//! | file | idea |
//! |---|---|
//! | `arrival` | a request: service, operation, signature, parameters |
//! | `call` | what an operation gets to work with |
//! | `describe` | ids, filters and pages of list operations |
//! | `dispatch` | the way of a call |
//! | `doubt` | facts nobody is sure of, and the reading in force |
//! | `fault` | faults that tests ask for |
//! | `identity` | who the credentials are |
//! | `journal` | every call so far |
//! | `operation` | tables of operations and their buckets |
//! | `policy` | IAM policy documents |
//! | `settings` | switches of a run |
//! | `throttle` | token buckets |

mod arrival;
mod call;
mod describe;
mod dispatch;
mod doubt;
mod fault;
mod identity;
mod journal;
mod operation;
mod policy;
mod settings;
mod throttle;

#[cfg(test)]
mod tests;

pub use arrival::CallView;
pub(crate) use arrival::Received;
pub(crate) use call::Call;
pub(crate) use describe::{Facet, Filters, Page, PageLimits};
pub use dispatch::Verdict;
pub(crate) use dispatch::{Core, Fate, Reply};
pub(crate) use doubt::Doubts;
pub use doubt::{DOUBTS, Doubt, DoubtError};
pub use fault::{Fault, FaultAction, Nth};
pub use journal::JournalEntry;
pub(crate) use operation::{
    Bucket, JsonOutcome, Limits, Operation, Outcome, RestOperation, Service,
};
pub(crate) use policy::Document;
pub use policy::PolicyError;
pub(crate) use settings::Settings;
