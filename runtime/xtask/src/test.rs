//! Everything that must hold.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{connectors, shell};

/// A stage: its name and what it does.
type Stage = (&'static str, fn() -> Result<()>);

const STAGES: [Stage; 5] =
    [("format", format), ("connectors", build_connectors), ("clippy", clippy), ("rust", rust), ("clients", clients)];

/// Runs all stages, or those named.
pub(crate) fn all(named: &[String]) -> Result<()> {
    let known = STAGES.map(|(stage, _)| stage);
    if let Some(unknown) = named.iter().find(|stage| !known.contains(&stage.as_str())) {
        bail!("there is no stage `{unknown}`; there are {}", known.join(", "));
    }
    for (name, stage) in STAGES {
        if named.is_empty() || named.iter().any(|one| one == name) {
            stage()?;
        }
    }
    eprintln!("all is well");
    Ok(())
}

fn format() -> Result<()> {
    shell::step("checking the format", shell::cargo().args(["fmt", "--all", "--check"]))
}

fn build_connectors() -> Result<()> {
    connectors::build_bundled()?;
    connectors::build_for_tests()
}

fn clippy() -> Result<()> {
    let mut clippy = shell::cargo();
    clippy.args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]);
    shell::step("checking with clippy", &mut clippy)
}

fn rust() -> Result<()> {
    shell::step("building the server for tests", shell::cargo().args(["build", "--quiet", "--package", "dragoman"]))?;
    let mut tests = shell::cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]).env("DRAGOMAN_BIN", BINARY);
    shell::step("running the tests", &mut tests)
}

/// The server that tests start, from the workspace's folder.
const BINARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/debug/dragoman");

fn clients() -> Result<()> {
    if !shell::succeeds(Command::new("python3").arg("--version")) {
        eprintln!("skipped: python client tests (no python3)");
        eprintln!("skipped: node client tests (their driver needs python3)");
        return Ok(());
    }
    let mut driver = Command::new("python3");
    driver.arg("tests/clients/run.py").env("DRAGOMAN_BIN", BINARY);
    shell::step("running the official SDKs", &mut driver)
}
