//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders of other origin than a contributor's hands.
const SKIPPED: &[&str] = &[
    ".git",
    ".work",
    ".terraform",
    ".venv",
    "__pycache__",
    ".pytest_cache",
];

/// A text file.
pub(crate) struct File {
    /// From the repository's root, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    /// The room in `src` that it belongs to; `main` and `lib` are rooms of one file.
    pub(crate) fn room(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("src/")?;
        let first = rest.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All text files below a folder of the repository.
pub(crate) fn files(folder: &str) -> Vec<File> {
    let root = root();
    let mut found = Vec::new();
    collect(&root, &root.join(folder), &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(
        !found.is_empty(),
        "no files in {folder}: is this the repository?"
    );
    found
}

/// All Rust files below a folder of the repository.
pub(crate) fn rust(folder: &str) -> Vec<File> {
    with_ending(folder, ".rs")
}

/// All files below a folder whose names end so.
pub(crate) fn with_ending(folder: &str, ending: &str) -> Vec<File> {
    files(folder)
        .into_iter()
        .filter(|file| file.path.ends_with(ending))
        .collect()
}

/// Fails with all findings at once, one a line.
pub(crate) fn expect_none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}\n  {}\n", findings.join("\n  "));
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        // Built, wherever it is put: cargo marks the folder.
        let built = path.join("CACHEDIR.TAG").exists();
        if path.is_dir() && !built && !SKIPPED.contains(&name.as_str()) {
            collect(root, &path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).unwrap_or(&path);
            found.push(File {
                path: path.to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
}
