//! Terraform and OpenTofu provider for private connectivity on AWS.

pub mod aws;
pub mod components;
pub mod data_sources;
pub mod engine;
pub mod plugin;
pub mod protocol;
pub mod provider;
pub mod resources;
