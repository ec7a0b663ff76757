//! Generates the Rust side of every `.proto` file of this folder, without needing `protoc`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("proto");
    println!("cargo:rerun-if-changed={}", folder.display());
    let descriptors = protox::compile(proto_files(folder)?, [folder])?;
    tonic_prost_build::configure()
        .build_client(false)
        // Same messages, same bytes: tests compare them.
        .btree_map(".")
        // A method that a newer client knows and we don't answers UNIMPLEMENTED.
        .generate_default_stubs(true)
        .compile_fds(descriptors)?;
    Ok(())
}

/// The `.proto` files of the folder, sorted so that the build doesn't depend on directory order.
fn proto_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            println!("cargo:rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
