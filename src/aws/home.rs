//! Paths that begin with the user's home, as they stand in configurations.

use std::path::PathBuf;

/// The path, with `~/` at its beginning taken for the user's home.
pub(super) fn expand(path: &str) -> PathBuf {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(path),
    }
}
