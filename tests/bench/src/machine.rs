//! What the figures were measured on.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

fn line(path: &str, name: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

/// The load average of the last minute: above a few tenths at the start of a run, somebody else was at work.
pub(crate) fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(f64::NAN)
}

/// Processor, memory, kernel, and the builds that were measured.
pub(crate) fn describe(gateway: &Path, load_before: f64) -> Value {
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    json!({
        "processor": line("/proc/cpuinfo", "model name"),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": line("/proc/meminfo", "MemTotal"),
        "kernel": fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim(),
        "load_average_before": load_before,
        "relay_build": build,
        "gateway": gateway.display().to_string(),
        "gateway_bytes": fs::metadata(gateway).map(|metadata| metadata.len()).unwrap_or_default(),
    })
}
