//! Why the sandbox stopped a guest.

use wasmtime::Trap;

/// Why the sandbox stopped a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A call took longer than its deadline.
    Deadline,
    /// All calls of the exchange together took longer than their budget.
    CpuTotal,
    /// It needed more memory or table than it may have.
    Memory,
    /// It recursed too deeply.
    Stack,
    /// It handed too many bytes to the host in one call.
    OutputSize,
    /// It handed too many events to the host in one call.
    Amplification,
    /// It handed over a document that cannot be read.
    OutputJson,
    /// A header or path that it wrote is not allowed.
    Head,
    /// Its answers contradict the contract.
    Protocol,
    /// It trapped.
    Trap,
    /// There is no room for another exchange.
    Pool,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 11] = [
        Self::Deadline,
        Self::CpuTotal,
        Self::Memory,
        Self::Stack,
        Self::OutputSize,
        Self::Amplification,
        Self::OutputJson,
        Self::Head,
        Self::Protocol,
        Self::Trap,
        Self::Pool,
    ];

    /// The name that logs and metrics use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::CpuTotal => "cpu-total",
            Self::Memory => "memory",
            Self::Stack => "stack",
            Self::OutputSize => "output-size",
            Self::Amplification => "amplification",
            Self::OutputJson => "output-json",
            Self::Head => "header",
            Self::Protocol => "protocol",
            Self::Trap => "trap",
            Self::Pool => "pool",
        }
    }

    /// The verdict on a call that ended in `error`.
    pub(crate) fn of(error: &wasmtime::Error, memory_refused: bool) -> Self {
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => Self::Deadline,
            Some(Trap::StackOverflow) => Self::Stack,
            // A guest that is refused memory usually aborts: the cause is the better name for it.
            _ if memory_refused => Self::Memory,
            None if error.to_string().contains("fuel allocated for hostcalls") => Self::OutputSize,
            _ => Self::Trap,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}
