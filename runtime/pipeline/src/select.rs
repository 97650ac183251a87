//! Which backend serves a model.

use std::sync::Arc;

use dragoman_model::{Failure, FailureClass};

use crate::backend::Backend;
use crate::gateway::Gateway;

/// The backend named before the first colon, and the rest; only if the colon comes before the first `/` and `?`.
fn split(model: &str) -> Option<(&str, &str)> {
    let (prefix, rest) = model.split_once(':')?;
    (!prefix.is_empty() && !prefix.contains(['/', '?'])).then_some((prefix, rest))
}

/// The backend that serves `asked`, and the model by that backend's name. A prefix that names no backend belongs to
/// the model's own name (`ft:gpt-4o:org`), which goes to the default backend.
pub(crate) fn select(gateway: &Gateway, asked: &str) -> Result<(Arc<Backend>, String), Failure> {
    let named = split(asked).and_then(|(prefix, rest)| Some((gateway.backends.get(prefix)?, rest)));
    if let Some(variable) = split(asked).and_then(|(prefix, _)| gateway.left_out.get(prefix)) {
        return Err(left_out(asked, variable));
    }
    let (backend, model) = named.unwrap_or((&gateway.default_backend, asked));
    let model = if model.is_empty() { backend.default_model.as_deref().unwrap_or_default() } else { model };
    if model.is_empty() && backend.target.is_some() {
        let message = format!("`model` is missing, and backend `{}` has no `default_model`", backend.id);
        return Err(Failure::invalid(message).at("model"));
    }
    Ok((Arc::clone(backend), if model.is_empty() { backend.id.clone() } else { model.to_owned() }))
}

fn left_out(asked: &str, variable: &str) -> Failure {
    let backend = split(asked).map(|(prefix, _)| prefix).unwrap_or_default();
    let message = format!("backend `{backend}` cannot be used: set `{variable}` in the gateway's environment");
    Failure::new(FailureClass::Unavailable, message).with_code("backend_not_configured").at("model")
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_prefix_counts_only_before_a_slash_or_a_question_mark() {
        assert_eq!(split("openai:gpt-4o"), Some(("openai", "gpt-4o")));
        assert_eq!(split("openrouter:qwen/qwen3:free"), Some(("openrouter", "qwen/qwen3:free")));
        assert_eq!(split("qwen/qwen3:free"), None);
        assert_eq!(split("gpt-4o?x=a:b"), None);
        assert_eq!(split(":x"), None);
        assert_eq!(split("gpt-4o"), None);
    }
}
