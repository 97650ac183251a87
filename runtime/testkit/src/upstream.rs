//! A provider that does what it is told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::connection::{Connection, Played};
use crate::reply::Reply;
use crate::seen::Seen;

/// A provider on a port of its own, which records what it is asked and answers by script.
///
/// It is gone when it is dropped.
#[derive(Debug)]
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    script: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
    /// A permit for every request that came.
    came: Semaphore,
    /// A permit for every connection that its peer gave up before the answer was over.
    closed: Semaphore,
}

impl Upstream {
    /// Starts one with an empty script.
    ///
    /// # Panics
    /// There is no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            script: Mutex::default(),
            seen: Mutex::default(),
            connections: AtomicUsize::new(0),
            came: Semaphore::new(0),
            closed: Semaphore::new(0),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { address, shared, task }
    }

    /// The base URL of a port at which nothing listens: connections are refused.
    ///
    /// # Panics
    /// There is no free port.
    #[must_use]
    pub fn refusing() -> String {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        format!("http://{}", listener.local_addr().expect("an address"))
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers one more request, after those that are scripted already, by `reply`.
    pub fn script(&self, reply: Reply) {
        self.shared.script.lock().unwrap_or_else(PoisonError::into_inner).push_back(reply);
    }

    /// The requests that came so far, in their order.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// The one request that came since this was last called.
    ///
    /// # Panics
    /// None came, or several.
    #[must_use]
    pub fn request(&self) -> Seen {
        let mut seen = std::mem::take(&mut *self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner));
        assert_eq!(seen.len(), 1, "requests that reached the upstream: {seen:#?}");
        seen.remove(0)
    }

    /// Returns once a request has come; each request counts once.
    ///
    /// # Panics
    /// None comes within the guard.
    pub async fn came(&self) {
        let permit = crate::guarded("a request to the upstream", self.shared.came.acquire()).await;
        permit.expect("never closed").forget();
    }

    /// Returns once a peer has closed its connection before the answer was over; each connection counts once.
    ///
    /// # Panics
    /// None does within the guard.
    pub async fn closed(&self) {
        let permit = crate::guarded("the closing of an upstream connection", self.shared.closed.acquire()).await;
        permit.expect("never closed").forget();
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let Ok(mut connection) = Connection::new(stream) else { return };
    while let Some(seen) = connection.request().await {
        shared.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        shared.came.add_permits(1);
        let reply = shared.script.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match connection.play(&reply.unwrap_or_else(unscripted)).await {
            Played::Kept(kept) => connection = kept,
            Played::Over => return,
            Played::Abandoned => return shared.closed.add_permits(1),
        }
    }
}

fn unscripted() -> Reply {
    Reply::json(418, &json!({"error": {"message": "the test has scripted no answer to this request"}}))
}
