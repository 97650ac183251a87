//! Prometheus metrics.

use std::collections::HashSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};

use dragoman_model::Usage;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::access;
use crate::facts::Facts;

type Labels = Vec<(&'static str, String)>;
type Seconds = Family<Labels, Counter<f64, AtomicU64>>;

/// Bounds of the histograms, in seconds.
const BUCKETS: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 40.96, 163.84];
/// Most different fields in the metric of losses; further ones count as `other`.
const MAX_LOSS_FIELDS: usize = 500;

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

type Durations = Family<Labels, Histogram, fn() -> Histogram>;

/// The metrics of this process.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    duration: Durations,
    first_byte: Durations,
    inflight: Gauge,
    guest: Seconds,
    verdicts: Family<Labels, Counter>,
    tokens: Family<Labels, Counter>,
    losses: Family<Labels, Counter>,
    log_lines_dropped: Family<Labels, Counter>,
    loss_fields: Mutex<HashSet<String>>,
}

impl Metrics {
    /// Metrics that have counted nothing yet, of the program at `version`.
    #[must_use]
    pub fn new(version: &str) -> Self {
        let mut registry = Registry::with_prefix("dragoman");
        registry.register("build", "The program", Info::new(vec![("version".to_owned(), version.to_owned())]));
        let metrics = Self {
            requests: Family::default(),
            duration: Family::new_with_constructor(histogram),
            first_byte: Family::new_with_constructor(histogram),
            inflight: Gauge::default(),
            guest: Family::default(),
            verdicts: Family::default(),
            tokens: Family::default(),
            losses: Family::default(),
            log_lines_dropped: Family::default(),
            loss_fields: Mutex::default(),
            registry: Registry::default(),
        };
        registry.register("requests", "Requests by how they ended", metrics.requests.clone());
        let text = "From a request's arrival to its end";
        registry.register_with_unit("request_duration", text, Unit::Seconds, metrics.duration.clone());
        let text = "From a request's arrival to the first byte of its answer";
        registry.register_with_unit("time_to_first_byte", text, Unit::Seconds, metrics.first_byte.clone());
        registry.register("inflight_requests", "Requests under way", metrics.inflight.clone());
        registry.register_with_unit("connector_cpu", "Time in guests", Unit::Seconds, metrics.guest.clone());
        registry.register("connector_verdicts", "Guests that the sandbox stopped", metrics.verdicts.clone());
        registry.register("tokens", "Tokens as providers report them", metrics.tokens.clone());
        registry.register("translation_losses", "What providers could not be told", metrics.losses.clone());
        let text = "Log lines of connectors over their bound";
        registry.register("connector_log_lines_dropped", text, metrics.log_lines_dropped.clone());
        Self { registry, ..metrics }
    }

    /// A request has arrived. Every such call is followed by one of [`Metrics::finished`].
    pub fn started(&self) {
        self.inflight.inc();
    }

    /// A request is over: counts it and writes its access line.
    pub fn finished(&self, facts: &Facts) {
        self.inflight.dec();
        let route = vec![("frontend", facts.frontend.to_owned()), ("backend", facts.backend.clone())];
        let mut outcome = route.clone();
        outcome.push(("outcome", facts.outcome.name().to_owned()));
        self.requests.get_or_create(&outcome).inc();
        self.duration.get_or_create(&route).observe(facts.duration.as_secs_f64());
        if let Some(first_byte) = facts.first_byte {
            self.first_byte.get_or_create(&route).observe(first_byte.as_secs_f64());
        }
        let connector = vec![("connector", facts.connector.clone())];
        if !facts.connector.is_empty() {
            self.guest.get_or_create(&connector).inc_by(facts.guest.as_secs_f64());
        }
        if facts.log_lines_dropped > 0 {
            self.log_lines_dropped.get_or_create(&connector).inc_by(facts.log_lines_dropped as u64);
        }
        if let Some(verdict) = facts.verdict {
            let mut labels = connector;
            labels.push(("verdict", verdict.to_owned()));
            self.verdicts.get_or_create(&labels).inc();
        }
        self.count_tokens(facts);
        for (path, how) in &facts.losses {
            let labels = vec![("field", self.loss_field(path)), ("how", known_how(how).to_owned())];
            self.losses.get_or_create(&labels).inc();
        }
        access::write(facts);
    }

    /// All metrics in OpenMetrics text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    fn count_tokens(&self, facts: &Facts) {
        let Some(usage) = &facts.usage else { return };
        for (kind, count) in kinds(usage) {
            if count > 0 {
                let labels = vec![("backend", facts.backend.clone()), ("kind", kind.to_owned())];
                self.tokens.get_or_create(&labels).inc_by(count);
            }
        }
    }

    /// The path without its numbers: a request with a thousand messages makes no thousand series.
    fn loss_field(&self, path: &str) -> String {
        let field: String = path.chars().filter(|one| !one.is_ascii_digit()).take(80).collect();
        let mut known = self.loss_fields.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MAX_LOSS_FIELDS || known.contains(&field) {
            known.insert(field.clone());
            field
        } else {
            "other".to_owned()
        }
    }
}

fn known_how(how: &str) -> &'static str {
    if how == "approximated" { "approximated" } else { "dropped" }
}

fn kinds(usage: &Usage) -> [(&'static str, u64); 5] {
    [
        ("input", usage.input_tokens.unwrap_or(0)),
        ("output", usage.output_tokens.unwrap_or(0)),
        ("cached", usage.cached_tokens.unwrap_or(0)),
        ("cache_write", usage.cache_write_tokens.unwrap_or(0)),
        ("reasoning", usage.reasoning_tokens.unwrap_or(0)),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{MAX_LOSS_FIELDS, Metrics};
    use crate::{Facts, Outcome};

    fn facts() -> Facts {
        Facts { frontend: "gemini", backend: "b".into(), outcome: Outcome::Success, ..Facts::default() }
    }

    #[test]
    fn a_request_is_counted_by_front_end_backend_and_outcome() {
        let metrics = Metrics::new("1");
        metrics.started();
        assert!(metrics.text().contains("dragoman_inflight_requests 1"));
        metrics.finished(&Facts { first_byte: Some(Duration::from_millis(3)), ..facts() });
        let text = metrics.text();
        assert!(
            text.contains(r#"dragoman_requests_total{frontend="gemini",backend="b",outcome="success"} 1"#),
            "{text}"
        );
        assert!(text.contains("dragoman_inflight_requests 0"), "{text}");
        assert!(text.contains("dragoman_time_to_first_byte_seconds_count"), "{text}");
    }

    #[test]
    fn losses_make_a_bounded_number_of_series() {
        let metrics = Metrics::new("1");
        let losses = |name: String| vec![(name, "dropped".to_owned())];
        for n in 0..MAX_LOSS_FIELDS + 50 {
            let name = char::from_u32(0x4e00 + u32::try_from(n).unwrap()).unwrap().to_string();
            metrics.finished(&Facts { losses: losses(name), ..facts() });
        }
        metrics.finished(&Facts { losses: losses("messages[17].content[3]".into()), ..facts() });
        assert!(metrics.text().contains(r#"field="other",how="dropped"} 51"#));
    }
}
