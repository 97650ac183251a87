//! A chat request at one backend: handed on as it is where both sides speak one dialect, translated otherwise.

use dragoman_model::Failure;
use dragoman_wire::json::Outline;

use crate::reply::Reply;
use crate::visit::Visit;
use crate::{relay, translate};

/// Answers a chat request.
pub(crate) async fn chat(visit: &mut Visit<'_>, outline: &Outline) -> Result<Reply, Failure> {
    if !visit.relays() {
        return translate::chat(visit, outline).await;
    }
    let answer = relay::ask(visit, "chat", outline).await?;
    if visit.scene.stream && relay::is_stream(&answer) {
        relay::flowing(visit, answer).await
    } else {
        relay::whole(visit, answer).await
    }
}
