//! House rules that a reader would otherwise have to hold in mind, held by a test.
//!
//! | file | idea |
//! |---|---|
//! | `tree` | which files there are, and what is in them |
//! | `rooms` | who may use whom |
//! | `sizes` | how long files may be |
//! | `words` | what may stand nowhere |
//! | `promises` | what is promised names its test; what is called is simulated |
//!
//! Lengths of functions and numbers of parameters are clippy's, in `.clippy.toml`.

mod promises;
mod rooms;
mod sizes;
mod tree;
mod words;
