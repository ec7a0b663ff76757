//! `privatelink_shared_db`, which is `lattice_shared_db` too: a database, reached from other accounts and VPCs
//! through VPC Lattice.
//!
//! | file | idea |
//! |---|---|
//! | `model` | what users write and read |
//! | `validate` | what the configuration alone shows to be wrong |
//! | `settle` | accounts, regions, derived values |
//! | `blueprint` | from values to the graph; `gateway`, `endpoints`, `shares` and `consumers` are its parts |
//! | `identity` | what is the same thing under other values, and what makes room for another |
//! | `detour` | what has to go before something else can come |
//! | `outputs` | from facts back to values |
//! | `sentences`, `words` | what a plan and a refresh say |
//! | `standing` | what AWS would refuse, asked at plan |
//! | `census` | what bears our marks, wherever it is |
//! | `recover` | values read back from that: imports, half-built ones, strays |

mod addresses;
mod blueprint;
mod census;
mod consumers;
mod detour;
mod endpoints;
mod gateway;
mod identity;
mod model;
mod outputs;
mod recover;
mod resource;
mod sentences;
mod settle;
mod shares;
mod standing;
mod strays;
mod validate;
mod words;

pub use resource::SharedDbBlueprint;
