//! A driver that plays Terraform's core for one resource, and checks what core checks.
//!
//! A walk is a process: a provider of its own, configured anew, that ends with the walk. State and
//! private bytes go from walk to walk as core hands them on, taint included.

mod core;
mod process;

pub use core::{Applied, Object, Planned, Terraform};
pub use process::{Process, Said};
