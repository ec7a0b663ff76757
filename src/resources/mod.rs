//! What users write: the only room that speaks both Terraform's language and the engine's.
//! **Sees neither proto types nor SDK types.**
//!
//! A resource is a folder: a model (schema and typed values at once), what the configuration alone
//! can get wrong, a blueprint from values to a graph of components, and outputs from facts back to
//! values. All that is not particular to one resource is in [`pipeline`], written once.

mod accounts;
pub mod admission;
pub mod alb_bridge;
pub mod checks;
pub mod common;
pub mod duration;
pub mod facts;
pub mod pipeline;
mod recovered;
pub mod shared_db;
mod strays;
pub mod text;
