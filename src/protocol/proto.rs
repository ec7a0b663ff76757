//! The messages and the server trait generated from `proto/tfplugin6.proto`. Only this room, and
//! test drivers that play Terraform, may see them.
#![allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    reason = "generated code"
)]

tonic::include_proto!("tfplugin6");
