//! How many tokens a prompt has, by the provider's own count.

use dragoman_model::listing::TokenCount;
use dragoman_model::{Failure, FailureClass};
use dragoman_sandbox::Step;
use dragoman_wire::frame::Frame;
use dragoman_wire::json::Outline;

use crate::reply::Reply;
use crate::visit::Visit;
use crate::{relay, send, translate};

const OPERATION: &str = "tokens.count";

/// Answers a request for a token count.
pub(crate) async fn count(visit: &mut Visit<'_>, outline: &Outline) -> Result<Reply, Failure> {
    if visit.relays() {
        let answer = relay::ask(visit, OPERATION, outline).await?;
        return relay::whole(visit, answer).await;
    }
    let mut request = visit.frontend.decode_count(outline.bytes(), visit.scene)?;
    request.model.clone_from(&visit.model);
    let input = serde_json::to_string(&request).map_err(|error| translate::unwritable(&error))?;
    let document = result(visit, OPERATION, &input).await?;
    let count: TokenCount = serde_json::from_str(&document).map_err(|error| unreadable(visit, &error))?;
    visit.facts.succeeded();
    Ok(Reply::json(200, visit.frontend.encode_count(&count)))
}

/// The one result document of an operation that has no events.
pub(crate) async fn result(visit: &mut Visit<'_>, operation: &str, input: &String) -> Result<String, Failure> {
    let mut step = visit.begin(false, operation, input)?;
    if step.next.is_some() {
        let call = visit.call_of(&mut step)?;
        let framing = call.framing;
        let (parts, body) = send::send(visit, call, None).await?.into_parts();
        translate::told_head(visit, framing, &parts)?;
        let bytes = send::collect(&visit.backend, body, visit.gateway.limits.answer_bytes).await?;
        step = visit.guest()?.frames(vec![Frame { kind: "body".into(), data: bytes.to_vec() }])?;
    }
    first_document(visit, step)
}

fn first_document(visit: &Visit<'_>, step: Step) -> Result<String, Failure> {
    step.events.into_iter().next().ok_or_else(|| {
        let message = format!("the connector `{}` gave no result", visit.backend.connector);
        Failure::new(FailureClass::Connector, message)
    })
}

pub(crate) fn unreadable(visit: &Visit<'_>, error: &serde_json::Error) -> Failure {
    let message = format!("the connector `{}` gave a result that cannot be read: {error}", visit.backend.connector);
    Failure::new(FailureClass::Connector, message)
}
