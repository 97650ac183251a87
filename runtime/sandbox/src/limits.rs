//! The bounds of a guest.

use std::time::Duration;

/// The bounds of a guest. Each is a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest that one call may take on the wall clock, rounded up to ticks of [`TICK`]. Each MiB that the call is
    /// given adds as much again: a large document is honest work.
    pub call_deadline: Duration,
    /// Longest that all calls of one exchange may take together, what was added for large documents apart.
    pub total_deadline: Duration,
    /// Most linear memory of one exchange, in bytes.
    pub memory_bytes: usize,
    /// Most elements of all tables of one exchange.
    pub table_elements: usize,
    /// Most bytes that one call may hand to the host.
    pub output_bytes: usize,
    /// Most events that one call may hand to the host.
    pub events_per_call: usize,
    /// Most resource handles that an exchange may hold.
    pub handles: usize,
    /// Most native stack that guest code may use, in bytes.
    pub stack_bytes: usize,
    /// Most log lines of one exchange; further ones are counted and dropped.
    pub log_lines: usize,
    /// Most bytes of one log line; the rest is cut off.
    pub log_line_bytes: usize,
    /// Most exchanges at one time.
    pub exchanges: u32,
}

/// How often the clock of the deadlines ticks.
pub(crate) const TICK: Duration = Duration::from_millis(5);

impl Default for Limits {
    fn default() -> Self {
        Self {
            call_deadline: Duration::from_millis(50),
            total_deadline: Duration::from_secs(2),
            memory_bytes: 256 << 20,
            table_elements: 20_000,
            output_bytes: 64 << 20,
            events_per_call: 4_096,
            handles: 1_000,
            stack_bytes: 512 << 10,
            log_lines: 64,
            log_line_bytes: 4 << 10,
            exchanges: 6_000,
        }
    }
}

impl Limits {
    /// What a call may take that is given `bytes`.
    pub(crate) fn deadline_for(&self, bytes: usize) -> Duration {
        let mebibytes = u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
        self.call_deadline.saturating_mul(mebibytes.saturating_add(1))
    }
}

/// `deadline` in ticks. The tick that is under way counts as one that is over, hence the extra one.
pub(crate) fn ticks(deadline: Duration) -> u64 {
    u64::try_from(deadline.as_micros().div_ceil(TICK.as_micros())).unwrap_or(u64::MAX - 1) + 1
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Limits, ticks};

    #[test]
    fn a_deadline_grows_with_what_a_call_is_given() {
        let limits = Limits { call_deadline: Duration::from_millis(50), ..Limits::default() };
        assert_eq!(limits.deadline_for(2_000), Duration::from_millis(50));
        assert_eq!(limits.deadline_for(10 << 20), Duration::from_millis(550));
        assert!(limits.deadline_for(usize::MAX) > limits.deadline_for(1 << 40));
    }

    #[test]
    fn the_tick_under_way_is_not_counted() {
        assert_eq!(ticks(Duration::from_millis(50)), 11);
        assert_eq!(ticks(Duration::from_millis(51)), 12);
    }
}
