//! Answers by itself: for trying Dragoman out with no network and no key.
//!
//! It says the last user's words back, word by word. Where tools are offered, and one is forced or named in those words,
//! it calls that tool; after a tool's result it answers with the result. Where JSON is asked for, it answers with the
//! least JSON that fits. Its token counts are rough: one for every four bytes of text.
#![forbid(unsafe_code)]

mod answer;
mod prompt;
mod schema;
#[cfg(test)]
mod tests;

use dragoman_connector::model::{Failure, Request, Response};
use dragoman_connector::{Begin, Context, Events, Frame, Provider, unsupported};

/// The one model that there is.
const MODEL: &str = "echo";

/// One exchange, which needs no upstream.
#[derive(Debug)]
pub struct Echo;

impl Provider for Echo {
    fn new(_: &Context) -> Result<Self, Failure> {
        Ok(Self)
    }

    fn chat(&mut self, context: &Context, request: Request) -> Result<Begin, Failure> {
        Ok(Begin::Answer(answer::events(context, &request)))
    }

    fn response(&mut self, _: &str) -> Result<Response, Failure> {
        Err(unsupported("an upstream answer"))
    }

    fn event(&mut self, _: Frame<'_>, _: &mut Events) -> Result<(), Failure> {
        Err(unsupported("an upstream answer"))
    }

    fn failure(&mut self, _: u16, _: &[(String, String)], _: &str) -> Failure {
        unsupported("an upstream answer")
    }

    fn list_models(&mut self, context: &Context, _: &str) -> Result<Begin, Failure> {
        Ok(Begin::Models(answer::models(context)))
    }

    fn count_tokens(&mut self, _: &Context, request: Request) -> Result<Begin, Failure> {
        Ok(Begin::Tokens(answer::token_count(&request)))
    }
}

dragoman_connector::export!(Echo);
