//! Whether the server wants work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the server wants work. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Health {
    ready: Arc<AtomicBool>,
    draining: Arc<AtomicBool>,
}

impl Health {
    /// Everything is loaded.
    pub fn ready(&self) {
        self.ready.store(true, Ordering::Release);
    }

    /// The server is going to stop: send no more work.
    pub fn draining(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Each condition of readiness, and whether it holds.
    #[must_use]
    pub fn conditions(&self) -> [(&'static str, bool); 2] {
        let loaded = self.ready.load(Ordering::Acquire);
        [("connectors loaded", loaded), ("not draining", !self.draining.load(Ordering::Acquire))]
    }

    /// Whether all conditions hold.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.conditions().iter().all(|(_, holds)| *holds)
    }
}
