//! Open loop: requests are sent at given times, whether or not earlier ones were answered.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::answer::Answer;
use crate::client::{READ, Timing};
use crate::load::{PATIENCE, Sample};
use crate::subject::Shot;
use crate::{Outcome, check};

/// Requests that can be under way at one time. Beyond them a request waits, and its waiting counts.
const THREADS: usize = 32;

/// Loads at `rate` requests per second for `span`. Threads that sleep keep time to some 60 us, which timers of the
/// asynchronous runtime, at 1 ms, would not.
pub(crate) async fn run(shot: Arc<Shot>, rate: u32, span: Duration) -> Outcome<Sample> {
    tokio::task::spawn_blocking(move || run_blocking(&shot, rate, span)).await?
}

fn run_blocking(shot: &Shot, rate: u32, span: Duration) -> Outcome<Sample> {
    let began = Instant::now() + Duration::from_millis(20);
    let timetable = Timetable { began, rate, span, next: AtomicU32::new(0) };
    let mut sample = Sample::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| keep_asking(shot, &timetable))).collect();
        for thread in threads {
            sample.absorb(thread.join().map_err(|_| "a thread of the load broke down")??);
        }
        Ok::<_, crate::Fault>(())
    })?;
    sample.elapsed = began.elapsed();
    Ok(sample)
}

/// When requests are due.
struct Timetable {
    began: Instant,
    rate: u32,
    span: Duration,
    next: AtomicU32,
}

impl Timetable {
    /// The time of the next request that nobody has taken; none when the time is over.
    fn take(&self) -> Option<Instant> {
        let at = Duration::from_secs(1) * self.next.fetch_add(1, Ordering::Relaxed) / self.rate;
        (at < self.span).then(|| self.began + at)
    }
}

fn keep_asking(shot: &Shot, timetable: &Timetable) -> Outcome<Sample> {
    let mut stream = connect(shot)?;
    let mut buffer = vec![0; READ];
    let mut sample = Sample::default();
    while let Some(due) = timetable.take() {
        let early = due.saturating_duration_since(Instant::now());
        // A request that is late because all threads were busy has waited since it was due; one that is late because
        // the sleep was long has not.
        let began = if early.is_zero() {
            due
        } else {
            std::thread::sleep(early);
            Instant::now()
        };
        let mut answer = Answer::new(false);
        sample.add(exchange(&mut stream, shot, &mut answer, &mut buffer, began)?);
        if answer.close {
            stream = connect(shot)?;
        }
    }
    Ok(sample)
}

fn connect(shot: &Shot) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(shot.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn exchange(
    stream: &mut TcpStream,
    shot: &Shot,
    answer: &mut Answer,
    buffer: &mut [u8],
    began: Instant,
) -> Outcome<Timing> {
    stream.write_all(&shot.bytes)?;
    let mut first = None;
    while !answer.is_done() {
        match stream.read(buffer)? {
            0 => answer.end()?,
            read => answer.push(buffer.get(..read).unwrap_or_default())?,
        }
        if answer.bytes > 0 {
            first = first.or_else(|| Some(began.elapsed()));
        }
    }
    check::briefly(answer, shot.manner)?;
    let total = began.elapsed();
    Ok(Timing { first: first.unwrap_or(total), total })
}
