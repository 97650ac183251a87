//! Closed loop: so many connections, each of which sends its next request when it has its answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::client::{Connection, Timing};
use crate::subject::Shot;
use crate::{Fault, Outcome};

/// How much longer than it should a turn may take before it is given up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// Most requests of a connection in a turn.
const MAX_REQUESTS: usize = 1_000_000;

/// What a turn of load showed.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) elapsed: Duration,
    /// Nanoseconds until the answer was over, of each request.
    pub(crate) total: Vec<u64>,
    /// Nanoseconds until the first byte of the body.
    pub(crate) first: Vec<u64>,
}

impl Sample {
    pub(crate) fn add(&mut self, timing: Timing) {
        self.total.push(nanoseconds(timing.total));
        self.first.push(nanoseconds(timing.first));
    }

    pub(crate) fn absorb(&mut self, other: Self) {
        self.total.extend(other.total);
        self.first.extend(other.first);
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Connections to one subject.
#[derive(Debug)]
pub(crate) struct Fleet {
    connections: Vec<Connection>,
    shot: Arc<Shot>,
}

impl Fleet {
    /// Connects, and looks closely at one answer.
    pub(crate) async fn open(shot: Shot, connections: usize) -> Outcome<Self> {
        let mut fleet = Self { connections: Vec::with_capacity(connections), shot: Arc::new(shot) };
        for _ in 0..connections {
            fleet.connections.push(Connection::open(fleet.shot.address).await?);
        }
        if let Some(first) = fleet.connections.first_mut() {
            timeout(PATIENCE, first.trial(&fleet.shot)).await.map_err(|_| "the first answer does not come")??;
        }
        Ok(fleet)
    }

    /// Loads for `span`; returns when the last answer is there.
    pub(crate) async fn run(&mut self, span: Duration) -> Outcome<Sample> {
        let began = Instant::now();
        let mut tasks = JoinSet::new();
        for connection in self.connections.drain(..) {
            tasks.spawn(keep_asking(connection, Arc::clone(&self.shot), began + span));
        }
        let mut sample = Sample::default();
        let all = async {
            while let Some(ended) = tasks.join_next().await {
                let (connection, part) = ended??;
                self.connections.push(connection);
                sample.absorb(part);
            }
            Ok::<_, Fault>(())
        };
        timeout(span + PATIENCE, all).await.map_err(|_| "some answers do not come")??;
        sample.elapsed = began.elapsed();
        Ok(sample)
    }
}

async fn keep_asking(mut connection: Connection, shot: Arc<Shot>, until: Instant) -> Outcome<(Connection, Sample)> {
    let mut sample = Sample::default();
    while Instant::now() < until && sample.total.len() < MAX_REQUESTS {
        sample.add(connection.exchange(&shot).await?);
    }
    Ok((connection, sample))
}
