//! How long the gateway takes from its start to being ready.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Outcome;
use crate::process::Gateway;
use crate::row::round;
use crate::stats::median;

/// Starts with compiled code in the cache.
const WARM: usize = 5;

/// Start-up times, in milliseconds.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    /// With an empty cache: every connector is compiled.
    pub(crate) cold_ms: f64,
    /// With a filled one: the median.
    pub(crate) warm_ms: f64,
    warm: Vec<f64>,
}

impl Start {
    pub(crate) fn to_json(&self) -> Value {
        let warm: Vec<Value> = self.warm.iter().map(|ms| round(*ms, 1e1)).collect();
        json!({ "cold_ms": round(self.cold_ms, 1e1), "warm_ms": round(self.warm_ms, 1e1), "warm_all_ms": warm })
    }
}

/// Measures with a cache of its own.
pub(crate) fn measure(gateway: &Gateway) -> Outcome<Start> {
    let cache = gateway.folder.join("start-cache");
    let once = || -> Outcome<f64> {
        let (_, took) = gateway.start("start", "error", &cache)?;
        Ok(milliseconds(took))
    };
    let cold_ms = once()?;
    let warm = (0..WARM).map(|_| once()).collect::<Outcome<Vec<f64>>>()?;
    Ok(Start { cold_ms, warm_ms: median(&warm), warm })
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
