//! Terraform's language: types and values, their encodings, schemas, diagnostics, the traits a
//! provider and its resources implement, and the one service that speaks protocol 6.
//!
//! May not know AWS, the engine or any resource of ours.
//!
//! | module | what it is |
//! |---|---|
//! | [`types`], [`value`] | cty: what a value may be, and what it is |
//! | [`msgpack`], [`json`] | values on the wire and in state files |
//! | [`path`], [`diagnostics`] | where, and what went wrong there |
//! | [`schema`], [`model`] | what users may write, and the same as Rust structs |
//! | [`provider`], [`resource`], [`data_source`], [`function`] | what the other rooms implement |
//! | [`rules`] | what core demands of plans and results, and how it merges them |
//! | [`service`], [`proto`] | the gRPC side; nobody else sees its messages |

pub mod codec;
pub mod data_source;
pub mod diagnostics;
pub mod function;
pub mod json;
pub mod model;
pub mod msgpack;
pub mod path;
pub mod proto;
pub mod provider;
pub mod resource;
pub mod rules;
pub mod schema;
pub mod service;
pub mod types;
pub mod value;

pub use codec::CodecError;
pub use data_source::{DataSource, ReadDataRequest, ReadDataResponse};
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use function::{Function, FunctionError, Parameter, Signature};
pub use model::{Field, List, Map, Model, ModelError, Nested, Set, Shape};
pub use path::{Path, Step};
pub use provider::{ClientCapabilities, Configure, Provider};
pub use resource::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, MoveRequest, MoveResponse,
    PlanRequest, PlanResponse, Progress, ReadRequest, ReadResponse, Resource, UpgradeRequest,
    UpgradeResponse,
};
pub use schema::{Attribute, Kind, Nesting, Schema};
pub use service::{Service, routes};
pub use types::Type;
pub use value::{Number, Refinements, Value};
