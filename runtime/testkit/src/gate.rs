//! A gate that is opened once.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// A gate that is closed until it is opened, and open from then on. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Opens it.
    pub fn open(&self) {
        self.0.close();
    }

    /// Returns once it is open.
    pub async fn passed(&self) {
        // There never is a permit: this ends with the semaphore's closing.
        let _ = self.0.acquire().await;
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}
