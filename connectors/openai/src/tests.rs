//! The responses dialect, and which of the two APIs is asked.
#![allow(clippy::needless_pass_by_value, reason = "documents are written where they are used")]

mod answers;
mod requests;
