//! One pipeline for all resources: plan, apply, refresh, delete and import of any blueprint.
//!
//! | Terraform asks | file |
//! |---|---|
//! | validate, and all that follows | `managed.rs` |
//! | plan | `plan.rs` |
//! | apply: create, update | `apply.rs`, and `create.rs` for what stands half-built |
//! | apply: delete | `delete.rs` |
//! | refresh, import | `read.rs` |

mod apply;
mod beyond;
mod blueprint;
mod changes;
mod changing;
mod connection;
mod create;
mod delete;
mod drift;
mod former;
mod frame;
mod guard;
mod ledger;
mod managed;
mod plan;
mod private;
mod promises;
mod read;
mod report;
mod steps;

pub use blueprint::{Blueprint, Deed, Depth, Detour, Drawing, Id, Past, Prior, Recovered, Step};
pub use changes::renamed;
pub use connection::{Connection, KeepAlive};
pub use frame::{Frame, tags};
pub use ledger::field;
pub use managed::Managed;
