//! Developer commands. `cargo xtask help` lists them.
#![forbid(unsafe_code)]

mod build;
mod connectors;
mod shell;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
Usage: cargo xtask COMMAND

  run [ARGS...]   set up, build and start the server with config/ on 127.0.0.1:8080; ARGS go to `dragoman run`
  build           set up and leave the release binary at target/release/dragoman
  test [STAGE...] set up and run everything, or the stages named
  connectors      build the connectors into target/connectors
  bench [ARGS...] measure speed and memory; see docs/performance.md
  help            this text
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_else(|| "help".into());
    let rest: Vec<String> = args.collect();
    shell::enter_root()?;
    match command.as_str() {
        "run" => build::run(&rest),
        "build" => build::release(),
        "test" => test::all(&rest),
        "bench" => build::bench(&rest),
        "connectors" => connectors::build_bundled(),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
}
