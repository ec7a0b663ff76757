//! Resource Access Manager, as far as Lattice's resource configurations and service networks are shared
//! by it.
//!
//! | file | idea |
//! |---|---|
//! | `access` | who may use what is shared |
//! | `associations` | principals and resources: added, taken away, listed |
//! | `events` | transitions that happen by themselves |
//! | `invitations` | invitations: listed, accepted, rejected |
//! | `kinds` | what can be shared, and what its receivers may do with it |
//! | `listing` | resources and principals, as both sides see them |
//! | `permissions` | managed permissions |
//! | `principals` | whom a share may name |
//! | `rows` | rows and pages of answers |
//! | `shares` | shares: made, listed, changed, deleted |
//! | `tags` | tags of shares |

mod access;
mod associations;
mod events;
mod invitations;
mod kinds;
mod listing;
mod permissions;
mod principals;
mod rows;
mod shares;
mod tags;

pub(crate) use access::may_use;
pub(crate) use events::{Event, ripen};

use crate::engine::Service;
use crate::wire::{Dialect, Protocol};

/// RAM.
pub(crate) const SERVICE: Service = Service {
    name: "ram",
    dialect: Dialect {
        protocol: Protocol::RestJson,
        version: "2018-01-04",
        namespace: "",
        failure: "ServerInternalException",
        silent: &[],
    },
    operations: &[],
    rest: &[
        shares::OPERATIONS,
        associations::OPERATIONS,
        invitations::OPERATIONS,
        listing::OPERATIONS,
        permissions::OPERATIONS,
        tags::OPERATIONS,
    ],
    xml: &[],
};
