//! Speaks to the Gemini API.
#![forbid(unsafe_code)]

mod ask;
mod failure;
mod finish;
mod grounding;
mod ids;
mod listing;
mod members;
mod models;
mod parts;
mod reader;
#[cfg(test)]
mod tests;
mod thinking;
mod tools;
mod turns;
mod usage;

use dragoman_connector::model::listing::{ModelList, TokenCount};
use dragoman_connector::model::{Event, Failure, Request, Response, dialect};
use dragoman_connector::{Begin, Call, Cause, Context, Edit, Events, Frame, Provider, Relay};

use reader::Reader;

/// The dialect that Gemini speaks.
const DIALECT: &str = dialect::GEMINI;

/// One exchange with Gemini.
#[derive(Debug)]
pub struct Gemini {
    reader: Reader,
}

impl Provider for Gemini {
    fn new(context: &Context) -> Result<Self, Failure> {
        Ok(Self { reader: Reader::new(&context.seed) })
    }

    fn chat(&mut self, context: &Context, request: Request) -> Result<Begin, Failure> {
        let (stream, model) = (request.stream, named(context, &request));
        let asked = ask::chat(request, context, &model)?;
        self.reader.names = asked.names;
        let call = Call::post(models::path(&model, verb(stream)), asked.body).losing(asked.losses);
        Ok(streamed(call, stream).into())
    }

    fn response(&mut self, body: &str) -> Result<Response, Failure> {
        self.reader.whole(body)
    }

    fn event(&mut self, frame: Frame<'_>, out: &mut Events) -> Result<(), Failure> {
        let mut events = Vec::new();
        let read = self.reader.chunk(frame.text, &mut events);
        hand_on(events, out);
        read
    }

    /// Gemini's streams have no closing event: they are complete when every candidate told why it ended.
    fn finish(&mut self, cause: Cause, out: &mut Events) {
        if cause != Cause::Cancelled && self.reader.complete() {
            let mut events = Vec::new();
            self.reader.conclude(&mut events);
            hand_on(events, out);
        }
    }

    fn failure(&mut self, status: u16, headers: &[(String, String)], body: &str) -> Failure {
        failure::answered(status, headers, body)
    }

    fn relay(&mut self, context: &Context, operation: &str, document: &Relay) -> Result<Call, Failure> {
        if operation != "tokens.count" {
            let call = Call::relay(models::path(&context.model, verb(context.stream)), DIALECT, Vec::new());
            return Ok(streamed(call, context.stream));
        }
        // A request inside a request names the model again.
        let inner = "generateContentRequest";
        let is_there = document.members.contains_key(inner) || document.omitted.iter().any(|name| name == inner);
        let edits = is_there.then(|| Edit::set(format!("/{inner}/model"), models::name(&context.model)));
        let path = models::path(&context.model, "countTokens");
        Ok(Call::relay(path, DIALECT, edits.into_iter().collect()))
    }

    fn list_models(&mut self, _: &Context, page: &str) -> Result<Begin, Failure> {
        let mut call = Call::get("/models").query("pageSize", "1000");
        if !page.is_empty() {
            call = call.query("pageToken", page);
        }
        Ok(call.into())
    }

    fn models(&mut self, body: &str) -> Result<ModelList, Failure> {
        listing::models(body)
    }

    fn count_tokens(&mut self, context: &Context, request: Request) -> Result<Begin, Failure> {
        let model = named(context, &request);
        let asked = ask::count(request, context, &model)?;
        Ok(Call::post(models::path(&model, "countTokens"), asked.body).losing(asked.losses).into())
    }

    fn token_count(&mut self, body: &str) -> Result<TokenCount, Failure> {
        listing::token_count(body)
    }
}

/// The model by the provider's name.
fn named(context: &Context, request: &Request) -> String {
    if context.model.is_empty() { request.model.clone() } else { context.model.clone() }
}

fn hand_on(events: Vec<Event>, out: &mut Events) {
    for event in events {
        out.push(event);
    }
}

fn verb(stream: bool) -> &'static str {
    if stream { "streamGenerateContent" } else { "generateContent" }
}

/// Without `alt=sse` a stream comes as one long JSON array.
fn streamed(call: Call, stream: bool) -> Call {
    if stream { call.query("alt", "sse").sse(true) } else { call }
}

dragoman_connector::export!(Gemini);
