//! Recorded answers through the connectors: what they tell fits the schemas, in pieces and whole.

use connector_anthropic::Anthropic;
use connector_gemini::Gemini;
use connector_openai::OpenAi;
use connector_openai_compatible::OpenAiCompatible;
use dragoman_connector::model::fold::Fold;
use dragoman_connector::model::{Event, Failure};
use dragoman_connector::{Cause, Context, Events, Frame, Provider};
use serde::Serialize;
use serde_json::Value;

use crate::schemas::{CHAT, Check, MODELS, TOKENS};
use crate::traffic::{frames, recorded};

/// The checks of everything that an answer can become.
struct Checks {
    event: Check,
    response: Check,
    failure: Check,
}

#[derive(Default, Debug)]
struct Tally {
    whole: usize,
    streamed: usize,
    events: usize,
    refused: usize,
    unreadable: Vec<String>,
}

fn provider<P: Provider>() -> P {
    P::new(&Context { seed: "5eed".into(), ..Context::default() }).unwrap()
}

fn value(document: &impl Serialize) -> Value {
    serde_json::to_value(document).unwrap()
}

fn read<P: Provider>(wire: &str) {
    let [event, response, failure] = ["event", "response", "failure"].map(|name| Check::new(&format!("{CHAT}{name}")));
    let checks = Checks { event, response, failure };
    let mut tally = Tally::default();
    for record in recorded(wire) {
        let Some(body) = record["response"]["body"].as_str().filter(|body| !body.is_empty()) else { continue };
        let status = record["response"]["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
        let id = record["id"].to_string();
        if status >= 400 {
            checks.failure.pass(&value(&provider::<P>().failure(status, &[], body)), &id);
            tally.refused += 1;
            continue;
        }
        let frames = frames(body);
        let read = if frames.is_empty() {
            whole::<P>(body, &checks, &id).map(|()| tally.whole += 1)
        } else {
            streamed::<P>(&frames, &checks, &id).map(|events| {
                tally.streamed += 1;
                tally.events += events;
            })
        };
        if let Err(failure) = read {
            checks.failure.pass(&value(&failure), &id);
            tally.unreadable.push(format!("{id}: {failure}"));
        }
    }
    println!("{wire}: {tally:#?}");
}

fn whole<P: Provider>(body: &str, checks: &Checks, id: &str) -> Result<(), Failure> {
    let response = provider::<P>().response(body)?;
    checks.response.pass(&value(&response), id);
    checks.event.pass(&value(&Event::Response(response)), id);
    Ok(())
}

/// How many events there were.
fn streamed<P: Provider>(frames: &[(String, String)], checks: &Checks, id: &str) -> Result<usize, Failure> {
    let (mut provider, mut events) = (provider::<P>(), Events::default());
    for (name, text) in frames {
        provider.event(Frame { name, text }, &mut events)?;
        if events.ended() {
            break;
        }
    }
    provider.finish(Cause::Eof, &mut events);
    let (mut fold, mut count) = (Fold::default(), 0);
    for text in events.take() {
        checks.event.pass(&serde_json::from_str(&text).unwrap(), id);
        fold.push(serde_json::from_str(&text).unwrap());
        count += 1;
    }
    checks.response.pass(&value(fold.response()), id);
    Ok(count)
}

#[test]
fn chat_completions_fit_the_schemas() {
    read::<OpenAiCompatible>("openai-chat");
}

#[test]
fn responses_fit_the_schemas() {
    read::<OpenAi>("openai-responses");
}

#[test]
fn anthropic_messages_fit_the_schemas() {
    read::<Anthropic>("anthropic-messages");
}

#[test]
fn gemini_answers_fit_the_schemas() {
    read::<Gemini>("gemini");
}

/// Reads the recorded answers of an operation whose path ends with `path`, by the name of the API.
fn read_all<T: Serialize>(wire: &str, api: &str, path: &str, schema: &str, take: impl Fn(&str) -> Result<T, Failure>) {
    let check = Check::new(schema);
    let mut records = recorded(wire);
    records.retain(|record| {
        let asked = record["request"]["path"].as_str().and_then(|path| path.split('?').next()).unwrap_or_default();
        record["api"] == api && record["response"]["status"] == 200 && asked.ends_with(path)
    });
    for record in &records {
        let body = record["response"]["body"].as_str().unwrap_or_default();
        let document = take(body).unwrap_or_else(|failure| panic!("{}: {failure}", record["id"]));
        check.pass(&value(&document), &record["id"].to_string());
    }
    println!("{api}: {} read", records.len());
}

#[test]
fn listings_of_models_fit_the_schema() {
    let (wire, path) = ("models", "/models");
    read_all(wire, "anthropic.models", path, MODELS, |body| provider::<Anthropic>().models(body));
    read_all(wire, "gemini.models", path, MODELS, |body| provider::<Gemini>().models(body));
    for vendor in ["mistral.models", "openrouter.models", "llamacpp.models", "qwen.models"] {
        read_all(wire, vendor, path, MODELS, |body| provider::<OpenAiCompatible>().models(body));
    }
}

#[test]
fn token_counts_fit_the_schema() {
    read_all("responses.input_tokens", "openai.responses.input_tokens", "", TOKENS, |body| {
        provider::<OpenAi>().token_count(body)
    });
    read_all("count_tokens", "anthropic.count_tokens", "", TOKENS, |body| provider::<Anthropic>().token_count(body));
    for api in ["gemini.countTokens", "vertex.countTokens"] {
        read_all("countTokens", api, "", TOKENS, |body| provider::<Gemini>().token_count(body));
    }
}
