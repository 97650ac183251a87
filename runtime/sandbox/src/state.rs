//! What the host keeps beside a guest.

use wasmtime::component::HasSelf;
use wasmtime::{ResourceLimiter, Result};

use crate::bindings::dragoman::connector::{log, types};
use crate::limits::Limits;

/// One line that a guest wrote to its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// `debug`, `info`, `warn` or `error`.
    pub level: &'static str,
    /// The text, control characters escaped.
    pub text: String,
}

/// What the host keeps beside a guest.
pub(crate) struct State {
    limits: Limits,
    memory: usize,
    tables: usize,
    pub(crate) refused: bool,
    lines: Vec<LogLine>,
    logged: usize,
}

/// Selects [`State`] itself as the host of all imports.
pub(crate) type Host = HasSelf<State>;

impl State {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, memory: 0, tables: 0, refused: false, lines: Vec::new(), logged: 0 }
    }

    pub(crate) fn take_lines(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.lines)
    }

    /// How many lines were dropped because there were too many.
    pub(crate) fn dropped_lines(&self) -> usize {
        self.logged.saturating_sub(self.limits.log_lines)
    }

    fn grow(used: &mut usize, limit: usize, current: usize, desired: usize) -> bool {
        let wanted = *used - current.min(*used) + desired;
        let granted = wanted <= limit;
        if granted {
            *used = wanted;
        }
        granted
    }
}

impl ResourceLimiter for State {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let granted = Self::grow(&mut self.memory, self.limits.memory_bytes, current, desired);
        self.refused |= !granted;
        Ok(granted)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let granted = Self::grow(&mut self.tables, self.limits.table_elements, current, desired);
        self.refused |= !granted;
        Ok(granted)
    }
}

impl types::Host for State {}

impl log::Host for State {
    fn write(&mut self, level: String, message: String) {
        self.logged += 1;
        if self.logged > self.limits.log_lines {
            return;
        }
        let level = match level.as_str() {
            "debug" => "debug",
            "warn" => "warn",
            "error" => "error",
            _ => "info",
        };
        let end = (0..=self.limits.log_line_bytes.min(message.len())).rev().find(|end| message.is_char_boundary(*end));
        let text = message.get(..end.unwrap_or_default()).unwrap_or_default().escape_debug().to_string();
        self.lines.push(LogLine { level, text });
    }
}
