//! The responses dialect: requests of the neutral model, and answers into it.

mod answer;
mod input;
mod item;
mod reader;
mod request;

pub(crate) use answer::{response, token_count};
pub(crate) use reader::Reader;
pub(crate) use request::{call, count_call};
