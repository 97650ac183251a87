//! What a lane showed.

use serde_json::{Map, Value, json};

use crate::lanes::{Derived, Formula};
use crate::load::Sample;
use crate::stats::{median, percentile};

/// The figures of one subject in one lane. Times are in microseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// CPU time of a request.
    pub(crate) cpu_us: f64,
    /// Requests per second.
    pub(crate) rps: f64,
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
    pub(crate) first_p50_us: f64,
    pub(crate) first_p99_us: f64,
    /// Requests that the figures rest on.
    pub(crate) requests: usize,
}

/// The rounds of one subject in one lane.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    /// CPU microseconds per request, by the round.
    pub(crate) cpu_us: Vec<f64>,
    /// Requests per second, by the round.
    pub(crate) rps: Vec<f64>,
    /// The latencies of all rounds.
    pub(crate) latencies: Sample,
}

impl Rounds {
    /// The medians over the rounds, and the percentiles over all requests.
    pub(crate) fn figures(&mut self) -> Figures {
        let us = |nanoseconds: u64| nanoseconds as f64 / 1e3;
        let Sample { total, first, .. } = &mut self.latencies;
        Figures {
            cpu_us: median(&self.cpu_us),
            rps: median(&self.rps),
            p50_us: us(percentile(total, 0.5)),
            p99_us: us(percentile(total, 0.99)),
            first_p50_us: us(percentile(first, 0.5)),
            first_p99_us: us(percentile(first, 0.99)),
            requests: total.len(),
        }
    }
}

/// One subject in one lane, beside what it is compared with.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) lane: &'static str,
    pub(crate) what: String,
    pub(crate) subject: String,
    pub(crate) baseline: String,
    /// CPU time over that of the baseline: the median of the rounds' ratios, the least and the largest.
    pub(crate) ratio: [f64; 3],
    pub(crate) own: Option<Figures>,
    pub(crate) base: Option<Figures>,
    /// Pieces of text in a streamed answer.
    pub(crate) events: Option<usize>,
    /// Computed figures that belong to this lane alone.
    pub(crate) more: Vec<(&'static str, f64)>,
    /// Why there are no figures.
    pub(crate) failure: Option<String>,
}

impl Row {
    pub(crate) fn failed(lane: &'static str, what: String, subject: &str, why: String) -> Self {
        Self {
            lane,
            what,
            subject: subject.into(),
            baseline: String::new(),
            ratio: [f64::NAN; 3],
            own: None,
            base: None,
            events: None,
            more: Vec::new(),
            failure: Some(why),
        }
    }

    /// The row that `derived` gives for two rows of one subject.
    pub(crate) fn derived(derived: &Derived, more: &Self, less: &Self) -> Option<Self> {
        let [own_more, base_more] = [more.own?.cpu_us, more.base?.cpu_us];
        let [own_less, base_less] = [less.own?.cpu_us, less.base?.cpu_us];
        let (ratio, figures) = match derived.formula {
            Formula::Growth => {
                let above = [own_more - base_more, own_less - base_less];
                let [large, small] = above;
                // Where the relay costs as much, there is nothing to compare.
                (
                    if small > 0.0 { large / small } else { f64::NAN },
                    vec![("above_relay_us", large), ("above_relay_small_us", small)],
                )
            }
            Formula::PerEvent(events) => {
                let each = |more: f64, less: f64| (more - less) / events as f64;
                let (own, base) = (each(own_more, own_less), each(base_more, base_less));
                (own / base, vec![("event_us", own), ("relay_event_us", base)])
            }
        };
        Some(Self {
            lane: derived.name,
            what: derived.what.into(),
            subject: more.subject.clone(),
            baseline: more.baseline.clone(),
            ratio: [ratio, f64::NAN, f64::NAN],
            own: None,
            base: None,
            events: None,
            more: figures,
            failure: None,
        })
    }

    /// CPU microseconds of a streamed piece, the request's own cost included.
    pub(crate) fn event_us(&self) -> Option<f64> {
        Some(self.own?.cpu_us / self.events? as f64)
    }

    /// The row as the JSON file has it.
    pub(crate) fn to_json(&self) -> Value {
        let [ratio, least, most] = self.ratio;
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
        put("lane", self.lane.into());
        put("what", self.what.clone().into());
        put("subject", self.subject.clone().into());
        put("ratio", round(ratio, 1e3));
        if let Some(why) = &self.failure {
            put("error", why.clone().into());
        }
        if let (Some(own), Some(base)) = (self.own, self.base) {
            put("baseline", self.baseline.clone().into());
            put("ratio_min", round(least, 1e3));
            put("ratio_max", round(most, 1e3));
            put("requests", own.requests.into());
            put("cpu_us", round(own.cpu_us, 1e2));
            put("added_p50_us", round(own.p50_us - base.p50_us, 1e1));
            put("added_p99_us", round(own.p99_us - base.p99_us, 1e1));
            put_figures(&mut put, "", own);
            let prefix = format!("{}_", self.baseline.split(' ').next().unwrap_or_default());
            put(&format!("{prefix}cpu_us"), round(base.cpu_us, 1e2));
            put_figures(&mut put, &prefix, base);
        }
        if let Some(event) = self.event_us() {
            put("cpu_us_per_event", round(event, 1e3));
        }
        self.more.iter().for_each(|(name, value)| put(name, round(*value, 1e3)));
        Value::Object(members)
    }
}

fn put_figures(put: &mut impl FnMut(&str, Value), prefix: &str, figures: Figures) {
    let Figures { rps, p50_us, p99_us, first_p50_us, first_p99_us, .. } = figures;
    let named = [("rps", rps), ("p50_us", p50_us), ("p99_us", p99_us)];
    let first = [("first_byte_p50_us", first_p50_us), ("first_byte_p99_us", first_p99_us)];
    for (name, value) in named.into_iter().chain(first) {
        put(&format!("{prefix}{name}"), round(value, 1e1));
    }
}

/// A figure with as many decimals as `scale` has zeros; null where there is none.
pub(crate) fn round(value: f64, scale: f64) -> Value {
    json!((value * scale).round() / scale)
}
