//! The figures, for a reader and for a file.

use serde_json::{Value, json};

use crate::held::Held;
use crate::row::Row;
use crate::start::Start;

/// All that a run showed.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) machine: Value,
    /// The names of the gateways beside ours.
    pub(crate) peers: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) held: Vec<Held>,
    pub(crate) start: Option<Start>,
    /// Lanes that failed and have no row, and why.
    pub(crate) failures: Vec<(String, String)>,
    /// Lanes for which there was no time.
    pub(crate) skipped: Vec<&'static str>,
}

const HEADER: [&str; 13] = [
    "lane",
    "subject",
    "ratio",
    "spread",
    "CPU us",
    "base us",
    "us/event",
    "req/s",
    "base r/s",
    "p50 us",
    "p99 us",
    "+p50/+p99 us",
    "first byte p50/p99",
];
const MEMORY_HEADER: [&str; 7] =
    ["memory", "streams", "idle MiB", "open MiB", "after MiB", "KiB/stream", "anonymous idle/open/after MiB"];

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Markdown,
}

/// A figure of some three digits; a dash where there is none.
fn figure(value: f64) -> String {
    match value.abs() {
        _ if !value.is_finite() => "-".into(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn table(style: Style, header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(header.get(column).map(|name| name.chars().count())).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: Vec<String>| match style {
        Style::Plain => format!("{}\n", cells.join("  ").trim_end()),
        Style::Markdown => format!("| {} |\n", cells.join(" | ")),
    };
    // Names stand on the left, figures on the right.
    let names = header.iter().take_while(|name| ["lane", "subject", "memory"].contains(name)).count();
    let pad = |cells: Vec<String>| {
        let padded = cells.into_iter().zip(&widths).enumerate();
        padded.map(|(at, (cell, width))| if at < names { format!("{cell:<width$}") } else { format!("{cell:>width$}") })
    };
    let mut text = line(pad(header.iter().map(|name| (*name).to_owned()).collect()).collect());
    if style == Style::Markdown {
        let rule = |at: usize| if at < names { "---".to_owned() } else { "---:".to_owned() };
        text += &line((0..header.len()).map(rule).collect());
    }
    text + &rows.iter().map(|row| line(pad(row.clone()).collect())).collect::<String>()
}

fn cells(row: &Row) -> Vec<String> {
    let [ratio, least, most] = row.ratio;
    let spread = if least.is_finite() { format!("{}-{}", figure(least), figure(most)) } else { String::new() };
    let mut cells = vec![row.lane.to_owned(), row.subject.clone(), figure(ratio), spread];
    if let (Some(own), Some(base)) = (row.own, row.base) {
        let added = format!("{}/{}", figure(own.p50_us - base.p50_us), figure(own.p99_us - base.p99_us));
        let first = format!("{}/{}", figure(own.first_p50_us), figure(own.first_p99_us));
        let event = row.event_us().map(figure).unwrap_or_default();
        cells.extend([figure(own.cpu_us), figure(base.cpu_us), event, figure(own.rps), figure(base.rps)]);
        cells.extend([figure(own.p50_us), figure(own.p99_us), added, first]);
    } else if let [(_, own), (_, base)] = row.more.as_slice() {
        cells.extend([figure(*own), figure(*base)]);
    }
    cells.resize(HEADER.len(), String::new());
    cells
}

fn memory_cells(held: &Held) -> Vec<String> {
    let mib = |kib: u64| figure(kib as f64 / 1024.0);
    let Held { idle, open, after, .. } = held;
    let anonymous = format!("{}/{}/{}", mib(idle.anonymous), mib(open.anonymous), mib(after.anonymous));
    let [idle, open, after] = [idle, open, after].map(|memory| mib(memory.resident));
    vec![held.subject.clone(), held.streams.to_string(), idle, open, after, figure(held.per_stream()), anonymous]
}

impl Report {
    /// Whether everything that was begun came to its end.
    pub(crate) fn is_whole(&self) -> bool {
        self.failures.is_empty() && self.rows.iter().all(|row| row.failure.is_none())
    }

    /// The tables.
    pub(crate) fn text(&self, style: Style) -> String {
        let mut parts = Vec::new();
        let measured: Vec<Vec<String>> = self.rows.iter().filter(|row| row.failure.is_none()).map(cells).collect();
        if !measured.is_empty() {
            parts.push(table(style, &HEADER, &measured) + "\n");
        }
        let memory: Vec<Vec<String>> = self.held.iter().map(memory_cells).collect();
        if !memory.is_empty() {
            parts.push(table(style, &MEMORY_HEADER, &memory) + "\n");
        }
        if let Some(Start { cold_ms, warm_ms, .. }) = &self.start {
            let [cold, warm] = [*cold_ms, *warm_ms].map(figure);
            parts.push(format!("start to ready: {warm} ms with compiled connectors in the cache, {cold} ms without\n"));
        }
        for row in &self.rows {
            let failed = |why: &String| format!("FAILED {} ({}): {why}\n", row.lane, row.subject);
            parts.extend(row.failure.as_ref().map(failed));
        }
        parts.extend(self.failures.iter().map(|(lane, why)| format!("FAILED {lane}: {why}\n")));
        if !self.skipped.is_empty() {
            parts.push(format!("left out for lack of time: {}\n", self.skipped.join(", ")));
        }
        parts.concat()
    }

    /// The file. Peers stand apart, so that a lane is there once.
    pub(crate) fn to_json(&self) -> Value {
        let (own, peers): (Vec<&Row>, Vec<&Row>) = self.rows.iter().partition(|row| !self.peers.contains(&row.subject));
        let list = |rows: Vec<&Row>| rows.into_iter().map(Row::to_json).collect::<Vec<_>>();
        let failures: Vec<Value> =
            self.failures.iter().map(|(lane, why)| json!({ "lane": lane, "error": why })).collect();
        json!({
            "lanes": list(own),
            "peers": list(peers),
            "memory": self.held.iter().map(Held::to_json).collect::<Vec<_>>(),
            "start": self.start.as_ref().map(Start::to_json),
            "failures": failures,
            "skipped": self.skipped,
            "machine": self.machine,
        })
    }
}

/// The gateway's name among the subjects.
pub(crate) const GATEWAY: &str = "dragoman";

/// What the table's words mean.
pub(crate) const LEGEND: &str = "\
ratio: CPU time per request over that of the relay, the median of the rounds; spread: the least and the largest round.
CPU us, base us: CPU microseconds per request, of the subject and of the relay. +p50/+p99: latency above the relay's.
us/event: CPU microseconds of a request over its streamed events. first byte: time to the first byte of the body, us.
governed-over-plain: one JSON access line per request to a file, metrics on, over the same gateway at log level error
(metrics cannot be switched off; keys and limits join when they exist).
-over-20k: the figures are the cost above the relay's at 1 MB and at 20 KB. -event: that of 448 further events, each.
";
