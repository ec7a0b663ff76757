//! The wire: parameters in, XML, JSON and errors out, signatures. It knows nothing of any service's rules.
//!
//! | file | idea |
//! |---|---|
//! | `parameters` | the request's tree, consumed by typed getters |
//! | `protocol` | how answers and errors are wrapped |
//! | `refusal` | code, message, status |
//! | `rest` | REST: paths, queries and bodies of JSON as parameters |
//! | `signature` | account, region, service of a request |
//! | `xml` | the tree of an answer |

mod parameters;
mod protocol;
mod refusal;
pub(crate) mod rest;
mod signature;
pub(crate) mod xml;

pub(crate) use parameters::Parameters;
pub(crate) use protocol::{Dialect, Protocol};
pub(crate) use refusal::Refusal;
pub(crate) use signature::{Signature, unknown_key};
