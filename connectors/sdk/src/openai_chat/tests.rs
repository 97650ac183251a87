//! Chat completions: what is written, and what is read.
#![allow(clippy::needless_pass_by_value, reason = "documents are written where they are used")]

mod answers;
mod documents;
mod errors;
mod requests;
