//! Suites that drive the provider as Terraform does, in process, on the simulator.
//!
//! | module | what it is |
//! |---|---|
//! | [`stage`] | a simulator with the user's world in it: two accounts, their VPCs, an ALB |
//! | [`mortal`] | the connector that dies with its process, for crashes at any call |
//! | [`sweep`] | every call disturbed in every way, for any resource |
//! | [`terraform`] | a driver that plays Terraform's core, and checks what core checks |
//!
//! Nothing here sleeps: Tokio's clock is paused and jumps.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "test code: a broken expectation ends the test"
)]

pub mod mortal;
pub mod stage;
pub mod sweep;
pub mod terraform;
