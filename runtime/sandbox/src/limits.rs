//! The bounds of a guest.

use std::time::Duration;

/// The bounds of a guest. Each is a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest that one call may take on the wall clock, rounded up to ticks of [`TICK`].
    pub call_deadline: Duration,
    /// Longest that all calls of one exchange may take together.
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
            memory_bytes: 64 << 20,
            table_elements: 20_000,
            output_bytes: 8 << 20,
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
    /// The call deadline in ticks. The tick that is under way counts as one that is over, hence the extra one.
    pub(crate) fn deadline_ticks(&self) -> u64 {
        let ticks = self.call_deadline.as_micros().div_ceil(TICK.as_micros());
        u64::try_from(ticks).unwrap_or(u64::MAX - 1) + 1
    }
}
