//! Tests of the codec of chat completions.

mod answer;
mod request;
mod sniff;
mod traffic;

use dragoman_model::Request;
use serde_json::Value;

use super::OpenAiChat;
use crate::common::testing::scene;
use crate::{Answer, Frontend as _};

fn asked(body: &Value) -> (Request, Box<dyn Answer>) {
    match OpenAiChat.decode(body.to_string().as_bytes(), &scene()) {
        Ok(asked) => (asked.request, asked.answer),
        Err(failure) => panic!("{failure} at {:?}", failure.param),
    }
}

fn request(body: &Value) -> Request {
    asked(body).0
}
