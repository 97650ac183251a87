//! The log on stderr.

use std::io::IsTerminal as _;

use dragoman_settings::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts the log: text on a terminal, one JSON object per line elsewhere. `DRAGOMAN_LOG` may refine the level
/// (`info,dragoman::access=off`).
pub(crate) fn start(log: &Log) {
    let filter = EnvFilter::builder()
        .with_env_var("DRAGOMAN_LOG")
        .with_default_directive(log.level.parse().unwrap_or_else(|_| tracing::Level::INFO.into()))
        .from_env_lossy();
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let people = match log.format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    if people {
        subscriber.with_ansi(std::env::var_os("NO_COLOR").is_none()).init();
    } else {
        subscriber.json().flatten_event(true).init();
    }
}
