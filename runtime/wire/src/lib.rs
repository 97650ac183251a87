//! Byte framing and the rules for JSON documents and headers, without I/O. Every buffer has a bound.
#![forbid(unsafe_code)]

pub mod frame;
pub mod header;
pub mod json;
pub mod ndjson;
pub mod sse;

/// A body that breaks the rules of its framing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireError {
    /// One frame is larger than the bound, in bytes.
    FrameTooLarge {
        /// The bound.
        limit: usize,
    },
}

impl std::fmt::Display for WireError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FrameTooLarge { limit } => write!(out, "one event of the answer is larger than {limit} bytes"),
        }
    }
}

impl std::error::Error for WireError {}
