//! Tests of the codec of responses.

mod answer;
mod request;
mod sniff;
mod traffic;

use dragoman_model::Request;
use serde_json::Value;

use super::OpenAiResponses;
use crate::common::testing::scene;
use crate::{Answer, Frontend as _};

fn asked(body: &Value) -> (Request, Box<dyn Answer>) {
    match OpenAiResponses.decode(body.to_string().as_bytes(), &scene()) {
        Ok(asked) => (asked.request, asked.answer),
        Err(failure) => panic!("{failure} at {:?}", failure.param),
    }
}
