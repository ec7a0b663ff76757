//! The state file: a world as JSON, so that it survives a restart.

use std::path::{Path, PathBuf};

use crate::world::World;

/// A state file that could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file system refused.
    #[error("state file {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It holds no world.
    #[error("state file {path} does not hold a simulated world: {source}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The world in a file; none if there is no file yet.
pub(super) fn load(path: &Path) -> Result<Option<World>, StateError> {
    let path = path.to_owned();
    match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StateError::File { path, source }),
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|source| StateError::Content { path, source }),
    }
}

/// Writes the world to a file.
pub(super) fn save(world: &World, path: &Path) -> Result<(), StateError> {
    let path = path.to_owned();
    let bytes = serde_json::to_vec(world).map_err(|source| StateError::Content {
        path: path.clone(),
        source,
    })?;
    std::fs::write(&path, bytes).map_err(|source| StateError::File { path, source })
}
