//! Memory: idle, with many open streams, and after.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::canned::Manner;
use crate::client::{Begun, Connection};
use crate::cpu::{self, Memory};
use crate::lanes::Route;
use crate::load::PATIENCE;
use crate::payload::SMALL;
use crate::subject::{Shot, Subject};
use crate::{Outcome, process, upstream};

/// Streams that are begun at one time.
const AT_ONCE: usize = 50;
/// How long the subject is left alone before its memory is read.
const REST: Duration = Duration::from_secs(1);
/// How long it is left alone at the end: allocators and runtimes give back late.
const LONG_REST: Duration = Duration::from_secs(3);
/// Streams that the upstream holds after their first piece.
const HELD: Manner = Manner::Stream { events: 2, batch: 1, hold: true };

/// What a subject had resident.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) subject: String,
    pub(crate) streams: usize,
    pub(crate) idle: Memory,
    pub(crate) open: Memory,
    pub(crate) after: Memory,
}

impl Held {
    /// KiB that a stream adds to what is resident.
    pub(crate) fn per_stream(&self) -> f64 {
        self.open.resident.saturating_sub(self.idle.resident) as f64 / self.streams as f64
    }

    pub(crate) fn to_json(&self) -> Value {
        let at = |memory: Memory| json!({ "resident_kib": memory.resident, "anonymous_kib": memory.anonymous });
        json!({
            "subject": self.subject,
            "streams": self.streams,
            "idle": at(self.idle),
            "open": at(self.open),
            "after": at(self.after),
            "per_stream_kib": crate::row::round(self.per_stream(), 1e1),
        })
    }
}

/// Opens `streams` translated streams through `subject`, which is fresh, lets them end, and reads the memory.
pub(crate) async fn measure(subject: &Subject, upstream: SocketAddr, streams: usize) -> Outcome<Held> {
    let shot = Arc::new(subject.shot(Route::Translate, HELD, SMALL));
    sleep(REST).await;
    let idle = cpu::memory(&subject.pids)?;
    let begun = begin_all(&shot, streams).await?;
    sleep(REST).await;
    let open = cpu::memory(&subject.pids)?;
    process::tell(upstream, upstream::RELEASE)?;
    timeout(PATIENCE, finish_all(begun, &shot)).await.map_err(|_| "some streams do not end")??;
    sleep(LONG_REST).await;
    let after = cpu::memory(&subject.pids)?;
    Ok(Held { subject: subject.name.clone(), streams, idle, open, after })
}

async fn begin_all(shot: &Arc<Shot>, streams: usize) -> Outcome<Vec<Begun>> {
    let mut begun = Vec::with_capacity(streams);
    while begun.len() < streams {
        let mut tasks = JoinSet::new();
        for _ in 0..AT_ONCE.min(streams - begun.len()) {
            let shot = Arc::clone(shot);
            tasks.spawn(async move { Connection::open(shot.address).await?.begin(&shot).await });
        }
        let all = timeout(PATIENCE, tasks.join_all()).await;
        let all = all.map_err(|_| format!("the streams after the first {} do not begin", begun.len()))?;
        for one in all {
            let at = begun.len() + 1;
            begun.push(one.map_err(|fault| format!("stream {at}: {fault}"))?);
        }
    }
    Ok(begun)
}

async fn finish_all(begun: Vec<Begun>, shot: &Shot) -> Outcome<()> {
    for one in begun {
        one.finish(shot).await?;
    }
    Ok(())
}
