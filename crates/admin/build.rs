//! Creates the folders of the built UI where they are missing, so that Rust builds without Node.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    for app in ["console", "portal"] {
        let folder = Path::new(&root).join("../../ui/dist").join(app);
        fs::create_dir_all(&folder)?;
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    Ok(())
}
