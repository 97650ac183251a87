//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A gateway between any LLM client and any LLM provider.
///
/// Clients speak OpenAI chat completions, OpenAI responses, Anthropic messages or Gemini; providers are spoken to by
/// sandboxed WebAssembly connectors. Without a configuration, every provider whose key is in the environment is a
/// backend, and `echo` answers without any.
#[derive(Debug, Parser)]
#[command(name = "dragoman", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve, in the foreground, until SIGTERM or Ctrl-C.
    Run(RunOptions),
    /// Check the configuration without serving: exit code 0, or 64 with everything that is wrong.
    Check(ConfigOptions),
    /// Print the version.
    Version(VersionOptions),
}

#[derive(Debug, Args)]
pub(crate) struct ConfigOptions {
    /// A configuration file, or a folder with `dragoman.yaml` and `backends/<id>/backend.yaml`.
    ///
    /// Without it, the presets whose key variables are set (OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY, ...) are
    /// the backends.
    #[arg(long, value_name = "PATH", env = "DRAGOMAN_CONFIG")]
    pub(crate) config: Option<PathBuf>,

    /// The backend of requests that name none.
    #[arg(long, value_name = "ID")]
    pub(crate) default_backend: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    #[command(flatten)]
    pub(crate) config: ConfigOptions,

    /// Where clients connect [default: 127.0.0.1:8080]. Port 0 takes a free one; the log tells which.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,

    /// Where health and metrics are [default: 127.0.0.1:9090].
    #[arg(long, value_name = "ADDR")]
    pub(crate) admin_listen: Option<SocketAddr>,

    /// Where compiled connectors are kept [default: the user's cache folder].
    #[arg(long, value_name = "DIR", env = "DRAGOMAN_CACHE_DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct VersionOptions {
    /// Also print the engine, its limits and the bundled connectors.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}
