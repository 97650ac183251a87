//! Speaks to Anthropic's messages API.
#![forbid(unsafe_code)]

mod answer;
mod ask;
mod blocks;
mod citations;
mod failure;
mod ids;
mod listing;
mod members;
mod schema;
mod stream;
#[cfg(test)]
mod tests;
mod thinking;
mod tools;
mod turns;

use dragoman_connector::model::listing::{ModelList, TokenCount};
use dragoman_connector::model::{Failure, Request, Response, dialect};
use dragoman_connector::{Begin, Call, Context, Edit, Events, Frame, Provider, Relay};

use ids::Names;
use stream::Stream;

/// The dialect that Anthropic speaks.
const DIALECT: &str = dialect::ANTHROPIC_MESSAGES;

/// The API version that this connector was written for.
const VERSION: &str = "2023-06-01";

/// One exchange with Anthropic.
#[derive(Debug, Default)]
pub struct Anthropic {
    names: Names,
    stream: Stream,
}

impl Provider for Anthropic {
    fn new(_: &Context) -> Result<Self, Failure> {
        Ok(Self::default())
    }

    fn chat(&mut self, context: &Context, request: Request) -> Result<Begin, Failure> {
        let stream = request.stream;
        let asked = ask::chat(request, context)?;
        self.names = asked.names;
        let call = Call::post("/messages", asked.body).sse(stream).losing(asked.losses);
        Ok(with_headers(call, context, &asked.betas).into())
    }

    fn response(&mut self, body: &str) -> Result<Response, Failure> {
        answer::whole(body, &self.names)
    }

    fn event(&mut self, frame: Frame<'_>, out: &mut Events) -> Result<(), Failure> {
        self.stream.event(frame, &self.names, out)
    }

    fn failure(&mut self, status: u16, headers: &[(String, String)], body: &str) -> Failure {
        failure::answered(status, headers, body)
    }

    fn relay(&mut self, context: &Context, operation: &str, _: &Relay) -> Result<Call, Failure> {
        let path = if operation == "tokens.count" { "/messages/count_tokens" } else { "/messages" };
        let edits = vec![Edit::set("/model", context.model.as_str())];
        Ok(with_headers(Call::relay(path, DIALECT, edits).sse(context.stream), context, &[]))
    }

    fn list_models(&mut self, context: &Context, page: &str) -> Result<Begin, Failure> {
        let mut call = Call::get("/models").query("limit", "1000");
        if !page.is_empty() {
            call = call.query("after_id", page);
        }
        Ok(with_headers(call, context, &[]).into())
    }

    fn models(&mut self, body: &str) -> Result<ModelList, Failure> {
        listing::models(body)
    }

    fn count_tokens(&mut self, context: &Context, request: Request) -> Result<Begin, Failure> {
        let asked = ask::count(request, context)?;
        let call = Call::post("/messages/count_tokens", asked.body).losing(asked.losses);
        Ok(with_headers(call, context, &asked.betas).into())
    }

    fn token_count(&mut self, body: &str) -> Result<TokenCount, Failure> {
        listing::token_count(body)
    }
}

/// Adds the API version (the client's own, else the backend's) and the beta features: the client's and `needed` ones.
fn with_headers(call: Call, context: &Context, needed: &[&str]) -> Call {
    let version = context.header("anthropic-version").or_else(|| context.setting("version")).unwrap_or(VERSION);
    let asked = context.headers.iter().filter(|(name, _)| name == "anthropic-beta").map(|(_, value)| value.as_str());
    let mut betas = asked.collect::<Vec<_>>().join(",");
    for beta in needed {
        if !betas.contains(beta) {
            betas = if betas.is_empty() { (*beta).to_owned() } else { format!("{betas},{beta}") };
        }
    }
    let call = call.header("anthropic-version", version);
    if betas.is_empty() { call } else { call.header("anthropic-beta", betas) }
}

dragoman_connector::export!(Anthropic);
