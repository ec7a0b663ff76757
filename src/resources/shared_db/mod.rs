//! `privatelink_shared_db`, which is `lattice_shared_db` too: a database, reached from other accounts and VPCs
//! through VPC Lattice.
//!
//! | file | idea |
//! |---|---|
//! | `model` | what users write and read |
//! | `validate` | what the configuration alone shows to be wrong |
//! | `settle` | accounts, regions, derived values |
//! | `blueprint` | from values to the graph; `gateway`, `endpoints`, `shares`, `consumers`, `networks` and `leads` are its parts |
//! | `identity` | what is the same thing under other values, and what makes room for another |
//! | `detour` | what has to go before something else can come |
//! | `outputs`, `names` | from facts back to values |
//! | `concerns` | what apply can't mend |
//! | `sentences`, `words` | what a plan and a refresh say |
//! | `standing`, `joining` | what AWS would refuse, asked at plan |
//! | `census` | what bears our marks, wherever it is |
//! | `recover`, `recovered_consumers` | values read back from that: imports, half-built ones, strays |
//! | `adopt` | the same of what was made by hand |

mod addresses;
mod adopt;
mod blueprint;
mod census;
mod concerns;
mod consumers;
mod detour;
mod endpoints;
mod gateway;
mod identity;
mod joining;
mod leads;
mod model;
mod names;
mod networks;
mod outputs;
mod recover;
mod recovered_consumers;
mod resource;
mod sentences;
mod settle;
mod shares;
mod standing;
mod strays;
mod validate;
mod words;

pub use resource::SharedDbBlueprint;
