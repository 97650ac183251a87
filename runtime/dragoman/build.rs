//! Puts the built connectors into the binary.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = workspace.join("target/connectors");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut connectors: Vec<_> = match fs::read_dir(&folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?,
        Err(_) => Vec::new(),
    };
    connectors.retain(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    connectors.sort();
    if connectors.is_empty() {
        println!("cargo::error=there are no built connectors in target/connectors: run `cargo xtask connectors` first");
    }
    let mut code =
        String::from("/// The bundled components, by name.\npub(crate) static CONNECTORS: &[(&str, &[u8])] = &[\n");
    for path in &connectors {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let _ = writeln!(code, "    ({name:?}, include_bytes!({:?})),", path.canonicalize()?.display().to_string());
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("bundled.rs"), code)
}
