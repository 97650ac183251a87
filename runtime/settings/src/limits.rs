//! The limits of the server and of the sandbox, and the log.

use std::time::Duration;

use crate::findings::Findings;
use crate::keys::{LIMITS, LOG, SERVER};
use crate::read::{self, Section};
use crate::tree::Node;

/// What a client may ask of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerLimits {
    /// The largest request body in bytes; 32 MiB.
    pub max_body: u64,
    /// The most headers in one request; 100.
    pub max_headers: usize,
    /// The most bytes of a request's line and headers together; 64 KiB.
    pub max_header_bytes: u64,
    /// How long a client may take over the headers of a request; 30 s.
    pub header_timeout: Duration,
    /// How long a client may take over the body of a request; 60 s.
    pub body_timeout: Duration,
    /// After SIGTERM: how long readiness is false before the server stops accepting; 5 s.
    pub drain_delay: Duration,
    /// After that: how long running exchanges may take to end; 60 s.
    pub drain_grace: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            max_body: 32 << 20,
            max_headers: 100,
            max_header_bytes: 64 << 10,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_mins(1),
            drain_delay: Duration::from_secs(5),
            drain_grace: Duration::from_mins(1),
        }
    }
}

/// What one exchange with a connector and its provider may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxLimits {
    /// How long one call of a connector may compute; 50 ms, and as much for each MiB that it is given.
    pub call_deadline: Duration,
    /// The memory of one exchange's connector in bytes; 256 MiB.
    pub memory: u64,
    /// The most bytes that cross between host and connector in one call; 64 MiB.
    pub host_call_bytes: u64,
    /// The most events that a connector may return from one call; 4096.
    pub events_per_call: usize,
    /// The most log lines that a connector may write in one exchange; 100.
    pub log_lines: usize,
    /// The most exchanges at one time; 8192.
    pub exchanges: usize,
    /// The largest single frame of a provider's stream in bytes; 4 MiB.
    pub frame_bytes: u64,
    /// The largest answer of a provider that is read whole, in bytes; 64 MiB.
    pub answer_bytes: u64,
}

impl Default for SandboxLimits {
    fn default() -> Self {
        Self {
            call_deadline: Duration::from_millis(50),
            memory: 256 << 20,
            host_call_bytes: 64 << 20,
            events_per_call: 4096,
            log_lines: 100,
            exchanges: 8192,
            frame_bytes: 4 << 20,
            answer_bytes: 64 << 20,
        }
    }
}

/// The log on stderr.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The least severe line that is written: `error`, `warn`, `info` (the default), `debug` or `trace`.
    pub level: &'static str,
    /// How lines are written.
    pub format: LogFormat,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// Lines for people.
    Text,
    /// One JSON object on a line.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info", format: LogFormat::Auto }
    }
}

/// Reads the limits in `server`; its addresses are read elsewhere.
pub(crate) fn server(section: Section<'_>, findings: &mut Findings) -> ServerLimits {
    let default = ServerLimits::default();
    ServerLimits {
        max_body: size(section, "max_body", default.max_body, findings),
        max_headers: count(section, "max_headers", default.max_headers, findings),
        max_header_bytes: size(section, "max_header_bytes", default.max_header_bytes, findings),
        header_timeout: some_duration(section, "header_timeout", default.header_timeout, findings),
        body_timeout: some_duration(section, "body_timeout", default.body_timeout, findings),
        drain_delay: duration(section, "drain_delay", default.drain_delay, findings),
        drain_grace: duration(section, "drain_grace", default.drain_grace, findings),
    }
}

/// Reads `limits`.
pub(crate) fn sandbox(node: &Node, findings: &mut Findings) -> SandboxLimits {
    let section = Section::open(node, &LIMITS, findings);
    let default = SandboxLimits::default();
    SandboxLimits {
        call_deadline: some_duration(section, "call_deadline", default.call_deadline, findings),
        memory: size(section, "memory", default.memory, findings),
        host_call_bytes: size(section, "host_call_bytes", default.host_call_bytes, findings),
        events_per_call: count(section, "events_per_call", default.events_per_call, findings),
        log_lines: count(section, "log_lines", default.log_lines, findings),
        exchanges: count(section, "exchanges", default.exchanges, findings),
        frame_bytes: size(section, "frame_bytes", default.frame_bytes, findings),
        answer_bytes: size(section, "answer_bytes", default.answer_bytes, findings),
    }
}

/// Reads `log`.
pub(crate) fn log(node: &Node, findings: &mut Findings) -> Log {
    let section = Section::open(node, &LOG, findings);
    let levels = ["error", "warn", "info", "debug", "trace"];
    let level = section.get("level").and_then(|node| read::word(node, &levels, findings)).unwrap_or("info");
    let format = section.get("format").and_then(|node| read::word(node, &["auto", "text", "json"], findings));
    let format = match format {
        Some("text") => LogFormat::Text,
        Some("json") => LogFormat::Json,
        _ => LogFormat::Auto,
    };
    Log { level, format }
}

/// The `server` section, empty where there is none.
pub(crate) fn server_section<'a>(node: &'a Node, findings: &mut Findings) -> Section<'a> {
    Section::open(node, &SERVER, findings)
}

fn size(section: Section<'_>, key: &str, default: u64, findings: &mut Findings) -> u64 {
    section.get(key).and_then(|node| read::size(node, findings)).unwrap_or(default)
}

fn count(section: Section<'_>, key: &str, default: usize, findings: &mut Findings) -> usize {
    let most = u64::from(u32::MAX);
    let count = section.get(key).and_then(|node| read::count(node, 1..=most, findings));
    count.and_then(|count| usize::try_from(count).ok()).unwrap_or(default)
}

fn duration(section: Section<'_>, key: &str, default: Duration, findings: &mut Findings) -> Duration {
    section.get(key).and_then(|node| read::duration(node, findings)).unwrap_or(default)
}

fn some_duration(section: Section<'_>, key: &str, default: Duration, findings: &mut Findings) -> Duration {
    section.get(key).and_then(|node| read::some_duration(node, findings)).unwrap_or(default)
}
