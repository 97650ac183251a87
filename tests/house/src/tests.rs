use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Most lines of a source file.
const MAX_LINES: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// One row of the table of crates in `docs/architecture.md`.
struct Row {
    level: u32,
    may_import: String,
}

fn table() -> BTreeMap<String, Row> {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, level, name, _, imports, _] = cells[..]
            && let (Ok(level), Some(name)) = (level.parse(), name.strip_prefix('`'))
        {
            rows.insert(name.trim_end_matches('`').to_owned(), Row { level, may_import: imports.to_owned() });
        }
    }
    assert!(rows.len() > 8, "the table of crates has gone from docs/architecture.md");
    rows
}

/// Per crate of `runtime/`, by folder name: its normal dependencies.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let runtime = root().join("runtime");
    let mut crates = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned();
        if folder.parent() == Some(&runtime) {
            let normal = package["dependencies"].as_array().unwrap().iter().filter(|one| one["kind"].is_null());
            let names = normal.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
            crates.insert(folder.file_name().unwrap().to_string_lossy().into_owned(), names);
        }
    }
    crates
}

/// The source files below `folder`, without tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", "tests"].contains(&name.as_str()) {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs" {
            found.push(path);
        }
    }
    found
}

/// The crates of `runtime/` whose source, tests aside, has `needle`.
fn crates_that_say(needle: &str) -> BTreeSet<String> {
    let says = |name: &String| {
        sources(&root().join("runtime").join(name).join("src"))
            .iter()
            .any(|file| fs::read_to_string(file).unwrap().split("#[cfg(test)]").next().unwrap().contains(needle))
    };
    dependencies().into_keys().filter(says).collect()
}

fn crates_that_import(dependency: &str) -> BTreeSet<String> {
    dependencies().into_iter().filter(|(_, names)| names.contains(dependency)).map(|(name, _)| name).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_crate_stands_in_the_table_and_every_row_has_its_crate() {
    let crates: BTreeSet<String> =
        dependencies().into_keys().filter(|name| !["xtask", "testkit"].contains(&name.as_str())).collect();
    assert_eq!(crates, table().into_keys().collect());
}

#[test]
fn imports_only_point_down_the_table() {
    let table = table();
    for (name, imports) in dependencies() {
        let Some(row) = table.get(&name) else { continue };
        for import in imports.iter().filter_map(|import| import.strip_prefix("dragoman-")) {
            let below = table.get(import).is_some_and(|other| other.level < row.level);
            assert!(below, "`{name}` (level {}) imports `{import}`", row.level);
            let named = row.may_import.contains(import) || row.may_import.starts_with("levels");
            assert!(named || row.may_import == "everything", "`{name}` may not import `{import}`");
        }
    }
}

#[test]
fn each_craft_has_one_room() {
    assert_eq!(crates_that_import("wasmtime"), set(&["sandbox"]));
    assert_eq!(crates_that_import("serde-saphyr"), set(&["settings"]));
    assert_eq!(crates_that_import("prometheus-client"), set(&["telemetry"]));
    assert_eq!(crates_that_import("hyper-rustls"), set(&["upstream"]));
}

#[test]
fn sockets_are_opened_in_two_rooms_and_bound_in_the_hall() {
    let dial = crates_that_say("HttpConnector");
    let listen = crates_that_say("TcpListener");
    assert_eq!(dial, set(&["upstream"]));
    assert!(listen.is_subset(&set(&["server", "dragoman", "testkit"])), "{listen:?}");
}

#[test]
fn the_lower_rooms_have_no_clock_no_chance_and_no_runtime() {
    let lower = set(&["model", "wire", "policy", "vault", "settings", "frontends"]);
    for needle in ["SystemTime::now", "Instant::now", "fastrand::", "tokio::"] {
        let found: Vec<String> = crates_that_say(needle).intersection(&lower).cloned().collect();
        assert!(found.is_empty(), "{needle} in {found:?}");
    }
}

#[test]
fn guests_and_secrets_never_share_a_room() {
    let crates = dependencies();
    let secret = ["dragoman-vault", "secrecy", "dragoman-upstream"];
    assert!(secret.iter().all(|name| !crates["sandbox"].contains(*name)));
    assert!(!crates["upstream"].contains("dragoman-sandbox"));
}

#[test]
fn only_the_conductor_and_the_door_spawn_tasks() {
    let spawning = crates_that_say("tokio::spawn");
    assert!(spawning.is_subset(&set(&["pipeline", "server", "testkit"])), "{spawning:?}");
}

#[test]
fn facts_go_to_telemetry_by_one_hand() {
    let hands = crates_that_say(".finished(");
    assert!(hands.is_subset(&set(&["pipeline", "telemetry"])), "{hands:?}");
}

fn all_files() -> Vec<PathBuf> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let listed = output.map(|output| output.stdout).unwrap_or_default();
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let named: Vec<PathBuf> =
        listed.split('\0').filter(|name| !name.is_empty()).map(|name| root().join(name)).collect();
    if named.is_empty() {
        ["runtime", "connectors", "tests"].iter().flat_map(|f| sources(&root().join(f))).collect()
    } else {
        named
    }
}

#[test]
fn source_files_are_short() {
    let long: Vec<String> = all_files()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some((fs::read_to_string(&path).ok()?.lines().count(), path)))
        .filter(|(lines, _)| *lines > MAX_LINES)
        .map(|(lines, path)| format!("{}: {lines}", path.display()))
        .collect();
    assert!(long.is_empty(), "more than {MAX_LINES} lines: {long:#?}");
}

#[test]
fn every_crate_forbids_unsafe_code_but_those_with_a_reason() {
    let with_a_reason = ["sandbox"];
    for name in dependencies().into_keys().filter(|name| !with_a_reason.contains(&name.as_str())) {
        let source = root().join("runtime").join(&name).join("src");
        let entry = ["lib.rs", "main.rs"].iter().find_map(|file| fs::read_to_string(source.join(file)).ok()).unwrap();
        assert!(entry.contains("#![forbid(unsafe_code)]"), "`{name}` does not forbid unsafe code");
    }
}
