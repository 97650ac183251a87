//! The clock of the deadlines.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wasmtime::{Engine, Result};

use crate::limits::TICK;

/// Counts the epochs of an engine on a thread of its own, which a stuck runtime cannot stop. Every connector holds it:
/// as long as guests can run, it runs.
pub(crate) struct Clock {
    stop: Arc<AtomicBool>,
}

impl Clock {
    pub(crate) fn start(engine: Engine) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        std::thread::Builder::new().name("dragoman-epoch".into()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                std::thread::sleep(TICK);
                engine.increment_epoch();
            }
        })?;
        Ok(Self { stop })
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
