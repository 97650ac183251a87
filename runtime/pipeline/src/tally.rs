//! What is known of a request, handed to telemetry when it is over, however it ends.

use std::sync::Arc;
use std::time::Instant;

use dragoman_telemetry::{Facts, Metrics, Outcome};

/// What is known of a request. Until something else is told, it counts as cancelled: a request whose future or body
/// is dropped early was given up by its client.
pub(crate) struct Tally {
    pub(crate) facts: Facts,
    began: Instant,
    metrics: Arc<Metrics>,
}

impl Tally {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        metrics.started();
        let facts = Facts { outcome: Outcome::Cancelled, status: CLIENT_CLOSED, ..Facts::default() };
        Self { facts, began: Instant::now(), metrics }
    }

    /// `count` bytes of the answer are on their way.
    pub(crate) fn sent(&mut self, count: usize) {
        if count > 0 && self.facts.first_byte.is_none() {
            self.facts.first_byte = Some(self.began.elapsed());
        }
        self.facts.bytes_out += count as u64;
    }
}

/// The status in the log of a request whose client did not wait for one.
const CLIENT_CLOSED: u16 = 499;

impl Drop for Tally {
    fn drop(&mut self) {
        self.facts.duration = self.began.elapsed();
        self.metrics.finished(&self.facts);
    }
}
