//! Terraform and OpenTofu provider for private connectivity on AWS.

pub mod aws;
pub mod engine;
