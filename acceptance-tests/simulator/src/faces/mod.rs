//! The faces: how requests come in. They know HTTP and nothing of AWS.
//!
//! | file | idea |
//! |---|---|
//! | `http_client` | in process, for the AWS SDK for Rust |
//! | `server` | a loopback socket, for everything else |
//! | `test_api` | `/_simulator/…`, for tests |

mod http_client;
mod server;
pub(crate) mod test_api;

pub use server::serve;
