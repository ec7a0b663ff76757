//! Endpoint services, the owner's side of PrivateLink.
//!
//! | file | idea |
//! |---|---|
//! | `address_types` | which families of addresses a service takes |
//! | `balancers` | which load balancers a service may have, and their zones |
//! | `configurations` | services made, listed, deleted |
//! | `connections` | accept and reject, the owner's rows |
//! | `discovery` | what consumers may see |
//! | `modification` | services changed |
//! | `principals` | who may connect |
//! | `private_name` | the private DNS name and its verification |
//! | `regions` | the other regions from which a service is reached |

mod address_types;
mod balancers;
mod configurations;
mod connections;
pub(super) mod discovery;
mod modification;
mod principals;
mod private_name;
pub(super) mod regions;

pub(crate) use address_types::serves_ipv6;
pub(crate) use balancers::{is_held, serves_endpoints};
pub(super) use configurations::{available, gone};
pub(super) use connections::unsuccessful;
pub(super) use private_name::recheck;
pub(super) use regions::available as region_available;

use crate::engine::{Call, Operation};
use crate::wire::Refusal;
use crate::world::Record;
use crate::world::private_link::EndpointService;

pub(super) const OPERATIONS: &[&[Operation]] = &[
    configurations::OPERATIONS,
    modification::OPERATIONS,
    principals::OPERATIONS,
    connections::OPERATIONS,
    discovery::OPERATIONS,
    private_name::OPERATIONS,
];

/// A service of the caller, for a call that uses its id.
fn own<'a>(call: &'a Call<'_>, id: &str) -> Result<&'a Record<EndpointService>, Refusal> {
    call.find::<EndpointService>(id)
        .ok_or_else(|| super::refusals::service_not_found(call, id))
}
