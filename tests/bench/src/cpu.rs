//! What processes use, from the operating system.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::time::Duration;

use crate::Outcome;

/// The CPU time of threads so far, kernel and user together, in nanoseconds; by process and thread.
#[derive(Debug, Default)]
pub(crate) struct Clock(HashMap<(u32, OsString), u64>);

impl Clock {
    /// Reads the time of all threads of `pids`.
    pub(crate) fn read(pids: &[u32]) -> Outcome<Self> {
        let mut clock = Self::default();
        for pid in pids {
            clock.read_process(*pid)?;
        }
        Ok(clock)
    }

    fn read_process(&mut self, pid: u32) -> Outcome<()> {
        let threads = fs::read_dir(format!("/proc/{pid}/task")).map_err(|error| format!("process {pid}: {error}"))?;
        for thread in threads.flatten() {
            // The first figure is the time on a CPU; a thread may have ended since it was listed.
            let Ok(text) = fs::read_to_string(thread.path().join("schedstat")) else { continue };
            let spent = text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or_default();
            self.0.insert((pid, thread.file_name()), spent);
        }
        Ok(())
    }

    /// What was spent since `before`. What a thread spent that has ended in between is missing; a server's workers do
    /// not end.
    pub(crate) fn since(&self, before: &Self) -> Duration {
        let spent = |(thread, now): (&(u32, OsString), &u64)| {
            now.saturating_sub(before.0.get(thread).copied().unwrap_or_default())
        };
        Duration::from_nanos(self.0.iter().map(spent).sum())
    }
}

/// The memory of a process, in KiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// All that is resident, the program's own pages and mapped files included.
    pub(crate) resident: u64,
    /// What of it is not backed by a file.
    pub(crate) anonymous: u64,
}

/// The memory that `pids` have resident, summed.
pub(crate) fn memory(pids: &[u32]) -> Outcome<Memory> {
    let mut total = Memory::default();
    for pid in pids {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let figure = |name: &str| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
        };
        total.resident += figure("VmRSS:");
        total.anonymous += figure("RssAnon:");
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_thread_that_has_ended_does_not_turn_time_back() {
        let clock = |threads: &[(&str, u64)]| {
            Clock(threads.iter().map(|(thread, time)| ((1, OsString::from(thread)), *time)).collect())
        };
        let spent = clock(&[("1", 15), ("3", 4)]).since(&clock(&[("1", 10), ("2", 1000)]));
        assert_eq!(spent, Duration::from_nanos(9));
    }

    #[test]
    fn this_process_uses_time_and_memory() {
        let me = [std::process::id()];
        assert!(Clock::read(&me).unwrap().since(&Clock::default()) > Duration::ZERO);
        assert!(memory(&me).unwrap().resident > 0);
    }
}
