//! The Unix socket, in a folder of its own that only this user may enter.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use std::io;
use tempfile::TempDir;
use tokio::net::UnixListener;

/// A listening socket. Dropping its [`Place`] removes it from the file system.
#[derive(Debug)]
pub(super) struct Socket {
    /// Where connections come in.
    pub(super) listener: UnixListener,
    /// Where it lies.
    pub(super) place: Place,
}

/// The socket's path, and the folder that goes with it.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    _folder: TempDir,
}

impl Place {
    /// The socket's path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// No folder would take the socket; each with its reason.
#[derive(Debug, thiserror::Error)]
#[error("can't make a Unix socket{tried}. Set TMPDIR to a short path of a writable folder.")]
pub(super) struct NoPlace {
    tried: String,
}

impl Socket {
    /// Listens in the first of `dirs` that has room for it. A folder may be missing, not writable,
    /// or of a path that makes the socket's longer than the 108 bytes (macOS: 104) the system takes.
    pub(super) fn listen(dirs: &[PathBuf]) -> Result<Self, NoPlace> {
        let mut tried = String::new();
        for dir in dirs {
            match Self::listen_in(dir) {
                Ok(socket) => return Ok(socket),
                Err(error) => tried.push_str(&format!("; {}: {error}", dir.display())),
            }
        }
        Err(NoPlace { tried })
    }

    fn listen_in(dir: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("plugin")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(dir)?;
        let path = folder.path().join("s");
        let listener = UnixListener::bind(&path)?;
        Ok(Self {
            listener,
            place: Place {
                path,
                _folder: folder,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[tokio::test]
    async fn the_folder_is_private_and_goes_with_the_socket() {
        let dir = tempfile::tempdir().unwrap();
        let socket = Socket::listen(&[dir.path().to_owned()]).unwrap();
        let folder = socket.place.path().parent().unwrap().to_owned();
        assert_eq!(
            fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
            0o700
        );
        assert!(folder.starts_with(dir.path()));
        drop(socket);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_path_too_long_or_missing_falls_back_to_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let long = dir.path().join("x".repeat(100));
        fs::create_dir(&long).unwrap();
        let missing = dir.path().join("missing");
        let dirs = [long.clone(), missing, dir.path().to_owned()];
        let socket = Socket::listen(&dirs).unwrap();
        assert_eq!(
            socket.place.path().parent().unwrap().parent().unwrap(),
            dir.path()
        );
        assert_eq!(
            fs::read_dir(long).unwrap().count(),
            0,
            "the attempt left something behind"
        );
    }

    #[tokio::test]
    async fn without_any_place_the_message_names_all_that_were_tried() {
        let error = Socket::listen(&[PathBuf::from("/missing/a"), PathBuf::from("/missing/b")]);
        let message = error.unwrap_err().to_string();
        assert!(
            message.contains("/missing/a") && message.contains("/missing/b"),
            "{message}"
        );
    }
}
