//! Building and starting the server.

use std::process::Command;

use anyhow::Result;

use crate::{connectors, shell};

const BINARY: &str = "target/release/dragoman";

/// Leaves the release binary at its place.
pub(crate) fn release() -> Result<()> {
    connectors::build_bundled()?;
    let mut build = shell::cargo();
    build.args(["build", "--release", "--package", "dragoman"]);
    shell::step("building the server (the first time takes some minutes)", &mut build)
}

/// Builds and starts the server with the repository's configuration.
pub(crate) fn run(args: &[String]) -> Result<()> {
    release()?;
    let mut server = Command::new(BINARY);
    server.arg("run");
    if !args.iter().any(|arg| arg == "--config" || arg.starts_with("--config=")) {
        server.args(["--config", "config"]);
    }
    let status = server.args(args).status()?;
    std::process::exit(status.code().unwrap_or(1));
}

/// Builds all that the benchmark needs and runs it.
pub(crate) fn bench(args: &[String]) -> Result<()> {
    release()?;
    let mut build = shell::cargo();
    build.args(["build", "--release", "--package", "dragoman-bench"]);
    shell::step("building the benchmark", &mut build)?;
    let status = Command::new("target/release/dragoman-bench").args(args).status()?;
    std::process::exit(status.code().unwrap_or(1));
}
