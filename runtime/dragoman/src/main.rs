//! The binary: command line, assembly, signals, exit codes.
#![forbid(unsafe_code)]

mod bundled;
mod check;
mod cli;
mod load;
mod logging;
mod run;
mod version;

use std::process::ExitCode;

use clap::Parser as _;

// Guests' events are many small allocations on every core; see docs/performance.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::Cli::parse().command {
        cli::Command::Run(options) => run::run(&options),
        cli::Command::Check(options) => check::check(&options),
        cli::Command::Version(options) => version::print(&options),
    }
}

/// How the program ends when it does not end well.
#[derive(Debug, Clone, Copy)]
enum Exit {
    /// Something failed.
    Failure = 1,
    /// The configuration is wrong.
    BadConfig = 64,
    /// The configuration is of a version that this program does not know.
    UnknownVersion = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
