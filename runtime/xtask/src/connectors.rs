//! From a connector's crate to a component that the host can load.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use wasm_encoder::{ComponentSection as _, CustomSection};
use wit_component::ComponentEncoder;

use crate::shell;

const TARGET: &str = "wasm32-unknown-unknown";
/// Where the components are left that the server carries.
const BUNDLED: &str = "target/connectors";
/// Where the components are left that tests load from files.
const FOR_TESTS: &str = "target/test-connectors";
/// The custom section that holds a connector's manifest.
const MANIFEST_SECTION: &str = "dragoman:manifest";

/// Builds the connectors that the server carries: the folders of `connectors/` that have a manifest.
pub(crate) fn build_bundled() -> Result<()> {
    build("connectors", BUNDLED)
}

/// Builds the connectors that tests load: the folders of `tests/` that have a manifest.
pub(crate) fn build_for_tests() -> Result<()> {
    build("tests", FOR_TESTS)
}

fn build(source: &str, out: &str) -> Result<()> {
    ensure_target()?;
    let folders = folders(source)?;
    let mut command = shell::cargo();
    command.args(["build", "--profile", "connector", "--target", TARGET, "--target-dir", "target/guests"]);
    for folder in &folders {
        command.args(["--package", &package(folder)]);
    }
    shell::step(&format!("building the connectors of {source}/"), &mut command)?;
    fs::create_dir_all(out)?;
    folders.iter().try_for_each(|folder| componentise(folder, Path::new(out)))
}

fn folders(source: &str) -> Result<Vec<PathBuf>> {
    let mut folders: Vec<PathBuf> = fs::read_dir(source)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    folders.retain(|folder| folder.join("manifest.json").is_file());
    folders.sort();
    Ok(folders)
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn package(folder: &Path) -> String {
    format!("connector-{}", name(folder))
}

fn ensure_target() -> Result<()> {
    let installed = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    let folder = installed.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    if !folder.is_empty() && Path::new(&folder).is_dir() {
        return Ok(());
    }
    shell::step("installing the wasm target", Command::new("rustup").args(["target", "add", TARGET]))
        .context("install the target by hand: rustup target add wasm32-unknown-unknown")
}

fn componentise(folder: &Path, out: &Path) -> Result<()> {
    let name = name(folder);
    let module = format!("target/guests/{TARGET}/connector/{}.wasm", package(folder).replace('-', "_"));
    let bytes = fs::read(&module).with_context(|| format!("cannot read {module}"))?;
    let mut component = ComponentEncoder::default().validate(true).module(&bytes)?.encode()?;
    let manifest = fs::read_to_string(folder.join("manifest.json"))?;
    let document: serde_json::Value =
        serde_json::from_str(&manifest).with_context(|| format!("{}/manifest.json", folder.display()))?;
    if document.get("id").and_then(serde_json::Value::as_str) != Some(&name) {
        bail!("{}/manifest.json: `id` must be `{name}`, the folder's name", folder.display());
    }
    let data = document.to_string();
    CustomSection { name: MANIFEST_SECTION.into(), data: data.as_bytes().into() }.append_to_component(&mut component);
    let out = out.join(format!("{name}.wasm"));
    // A component that has not changed keeps its time, so that what embeds it is not built anew.
    if fs::read(&out).ok().as_ref() != Some(&component) {
        fs::write(&out, &component)?;
    }
    Ok(())
}
