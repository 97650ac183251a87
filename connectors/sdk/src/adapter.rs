//! Between the contract's functions and a [`Provider`].

use std::cell::RefCell;
use std::marker::PhantomData;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::bindings::dragoman::connector::types as wit;
use crate::bindings::exports::dragoman::connector::handler::{Guest, GuestExchange};
use crate::model::{Event, Failure, FailureClass};
use crate::{Begin, Cause, Context, Events, Frame, Provider, unreadable, unsupported};

/// The component whose exchanges are served by `P`.
pub struct Component<P>(PhantomData<P>);

impl<P: Provider> Guest for Component<P> {
    type Exchange = Running<P>;
}

/// One exchange.
pub struct Running<P>(RefCell<Exchange<P>>);

struct Exchange<P> {
    context: Result<Context, Failure>,
    provider: Option<P>,
    operation: Operation,
    status: u16,
    headers: Vec<(String, String)>,
    events: Events,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Chat,
    Models,
    Tokens,
}

impl<P: Provider> GuestExchange for Running<P> {
    fn new(context: String) -> Self {
        crate::log::on_panic();
        let context = serde_json::from_str(&context)
            .map_err(|error| Failure::new(FailureClass::Connector, format!("the context cannot be read: {error}")));
        Self(RefCell::new(Exchange {
            context,
            provider: None,
            operation: Operation::Chat,
            status: 0,
            headers: Vec::new(),
            events: Events::default(),
        }))
    }

    fn begin(&self, operation: String, input: String) -> Result<wit::Step, wit::Failure> {
        self.0.borrow_mut().begin(&operation, &input).map_err(failure)
    }

    fn head(&self, status: u16, headers: Vec<wit::Field>) -> Result<wit::Step, wit::Failure> {
        let mut exchange = self.0.borrow_mut();
        exchange.status = status;
        exchange.headers = headers.into_iter().map(|field| (field.name, field.value)).collect();
        Ok(step(Vec::new(), false))
    }

    fn frames(&self, batch: Vec<wit::Frame>) -> Result<wit::Step, wit::Failure> {
        self.0.borrow_mut().frames(&batch).map_err(failure)
    }

    fn finish(&self, cause: String) -> Result<wit::Step, wit::Failure> {
        Ok(self.0.borrow_mut().finish(&cause))
    }
}

impl<P: Provider> Exchange<P> {
    fn begin(&mut self, operation: &str, input: &str) -> Result<wit::Step, Failure> {
        let context = self.context.as_ref().map_err(Clone::clone)?;
        let provider = self.provider.insert(P::new(context)?);
        self.operation = match operation {
            "chat" => Operation::Chat,
            "models.list" => Operation::Models,
            "tokens.count" => Operation::Tokens,
            other => return Err(unsupported(other)),
        };
        if !context.dialect.is_empty() {
            return Ok(provider.relay(context, operation, &read(input)?)?.into_step());
        }
        let begin = match self.operation {
            Operation::Chat => provider.chat(context, read(input)?)?,
            Operation::Tokens => provider.count_tokens(context, read(input)?)?,
            Operation::Models => {
                let input: Map<String, Value> = read(input)?;
                provider.list_models(context, input.get("page").and_then(Value::as_str).unwrap_or_default())?
            }
        };
        Ok(match begin {
            Begin::Call(call) => call.into_step(),
            Begin::Answer(events) => step(events.iter().map(write).collect(), true),
            Begin::Models(models) => step(vec![write(&models)], true),
            Begin::Tokens(count) => step(vec![write(&count)], true),
        })
    }

    fn frames(&mut self, batch: &[wit::Frame]) -> Result<wit::Step, Failure> {
        let Some(provider) = self.provider.as_mut() else {
            return Err(Failure::new(FailureClass::Connector, "frames came before the exchange began"));
        };
        for frame in batch {
            let lossy;
            let text = match &frame.data {
                wit::Data::Text(text) => text.as_str(),
                wit::Data::Binary(bytes) => {
                    lossy = String::from_utf8_lossy(bytes);
                    &lossy
                }
            };
            if self.status >= 400 {
                return Err(provider.failure(self.status, &self.headers, text));
            }
            if frame.kind == "body" {
                let document = match self.operation {
                    Operation::Chat => write(&Event::Response(provider.response(text)?)),
                    Operation::Models => write(&provider.models(text)?),
                    Operation::Tokens => write(&provider.token_count(text)?),
                };
                return Ok(step(vec![document], true));
            }
            if let Err(failure) = provider.event(Frame { name: &frame.kind, text }, &mut self.events) {
                // Told as an event, so that what came before it in this batch still reaches the client.
                self.events.push(failure);
                return Ok(step(self.events.take(), true));
            }
            if self.events.ended() {
                break;
            }
        }
        Ok(step(self.events.take(), self.events.ended()))
    }

    fn finish(&mut self, cause: &str) -> wit::Step {
        let cause = match cause {
            "eof" => Cause::Eof,
            "cancelled" => Cause::Cancelled,
            "timeout" => Cause::Timeout,
            _ => Cause::Transport,
        };
        if let Some(provider) = self.provider.as_mut() {
            provider.finish(cause, &mut self.events);
        }
        step(self.events.take(), true)
    }
}

fn read<T: serde::de::DeserializeOwned>(input: &str) -> Result<T, Failure> {
    serde_json::from_str(input)
        .map_err(|error| unreadable("the input document", &error))
        .map_err(|failure| Failure { class: FailureClass::Connector, ..failure })
}

fn write<T: Serialize>(document: &T) -> String {
    // A document of strings and numbers cannot fail to be written.
    serde_json::to_string(document).unwrap_or_default()
}

fn step(events: Vec<String>, done: bool) -> wit::Step {
    wit::Step { events, next: None, wait_ms: 0, done, ext: String::new() }
}

fn failure(failure: Failure) -> wit::Failure {
    let mut detail = match serde_json::to_value(&failure) {
        Ok(Value::Object(detail)) => detail,
        _ => Map::new(),
    };
    for told in ["class", "message", "code", "retry_after_ms"] {
        detail.remove(told);
    }
    wit::Failure {
        class: failure.class.as_str().to_owned(),
        message: failure.message,
        code: failure.code.unwrap_or_default(),
        retry_after_ms: failure.retry_after_ms,
        detail: if detail.is_empty() { String::new() } else { Value::Object(detail).to_string() },
    }
}
