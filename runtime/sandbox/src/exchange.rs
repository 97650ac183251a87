//! One exchange: a store, an instance and its resource.

use std::time::{Duration, Instant};

use dragoman_model::{Failure, FailureClass};
use dragoman_wire::frame::{Frame, Framing};
use dragoman_wire::header::{check_headers, check_path};
use dragoman_wire::json::Edit;
use serde_json::{Map, Value};
use wasmtime::Store;
use wasmtime::component::ResourceAny;

use crate::bindings::Connector as Bindings;
use crate::component::Connector;
use crate::limits::{Limits, ticks};
use crate::state::{LogLine, State};
use crate::verdict::Verdict;
use crate::wit;

/// Why a call into a guest gave no step.
#[derive(Debug)]
pub enum Fault {
    /// The guest told of a failure. The exchange may still be finished, but not used otherwise.
    Failure(Failure),
    /// The sandbox stopped the guest. The exchange is over.
    Verdict(Verdict, String),
}

/// One upstream call, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Upstream {
    /// `GET` or `POST`.
    pub method: String,
    /// Below the backend's base URL.
    pub path: String,
    /// Query parameters, not encoded.
    pub query: Vec<(String, String)>,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: UpstreamBody,
    /// How a successful answer is cut.
    pub framing: Framing,
    /// The dialect in which the answer is handed on untouched; empty where it comes back as frames.
    pub relay: String,
}

/// The body of an upstream call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpstreamBody {
    /// None.
    None,
    /// These bytes, a JSON document.
    Bytes(Vec<u8>),
    /// The client's own document with these edits.
    Input(Vec<Edit>),
}

/// What a guest wants next.
#[derive(Debug, Default)]
pub struct Step {
    /// Events or one result document, as JSON.
    pub events: Vec<String>,
    /// The upstream call.
    pub next: Option<Upstream>,
    /// Nothing more will come.
    pub done: bool,
    /// What of the request cannot be said, as `(path, how)`.
    pub losses: Vec<(String, String)>,
}

/// One exchange. Dropping it drops all that its guest was.
pub struct Exchange {
    store: Store<State>,
    bindings: Bindings,
    resource: ResourceAny,
    limits: Limits,
    spent: Duration,
    /// What was added to the total for large documents.
    granted: Duration,
}

impl Exchange {
    pub(crate) fn new(connector: &Connector, context: &wit::Json) -> Result<Self, Fault> {
        let limits = connector.limits.clone();
        let began = Instant::now();
        let mut store = Store::new(connector.pre.engine(), State::new(limits.clone()));
        store.limiter(|state| state);
        store.set_epoch_deadline(ticks(limits.deadline_for(context.len())));
        store.set_hostcall_fuel(limits.output_bytes);
        store.set_max_component_handles(limits.handles);
        let bindings = connector.pre.instantiate(&mut store).map_err(|error| refused(&store, &error, true))?;
        let resource = bindings.dragoman_connector_handler().exchange().call_constructor(&mut store, context);
        let resource = resource.map_err(|error| refused(&store, &error, false))?;
        Ok(Self { store, bindings, resource, limits, spent: began.elapsed(), granted: Duration::ZERO })
    }

    /// Begins `operation` with its input document.
    ///
    /// # Errors
    /// The guest failed or was stopped.
    pub fn begin(&mut self, operation: &str, input: &wit::Json) -> Result<Step, Fault> {
        self.call(input.len(), |bindings, store, resource| {
            bindings.dragoman_connector_handler().exchange().call_begin(store, resource, operation, input)
        })
    }

    /// Tells the guest the answer's status and headers.
    ///
    /// # Errors
    /// The guest failed or was stopped.
    pub fn head(&mut self, status: u16, headers: &[(String, String)]) -> Result<Step, Fault> {
        let field = |(name, value): &(String, String)| wit::Field { name: name.clone(), value: value.clone() };
        let headers: Vec<wit::Field> = headers.iter().map(field).collect();
        self.call(0, |bindings, store, resource| {
            bindings.dragoman_connector_handler().exchange().call_head(store, resource, status, &headers)
        })
    }

    /// Gives the guest all frames of one read.
    ///
    /// # Errors
    /// The guest failed or was stopped.
    pub fn frames(&mut self, frames: Vec<Frame>) -> Result<Step, Fault> {
        let frame = |frame: Frame| wit::Frame {
            kind: frame.kind,
            data: match String::from_utf8(frame.data) {
                Ok(text) => wit::Data::Text(text),
                Err(bytes) => wit::Data::Binary(bytes.into_bytes()),
            },
        };
        let size = frames.iter().map(|frame| frame.data.len()).sum();
        let batch: Vec<wit::Frame> = frames.into_iter().map(frame).collect();
        self.call(size, |bindings, store, resource| {
            bindings.dragoman_connector_handler().exchange().call_frames(store, resource, &batch)
        })
    }

    /// Tells the guest that the body is over: `eof`, `cancelled`, `timeout` or `transport`.
    ///
    /// # Errors
    /// The guest failed or was stopped.
    pub fn finish(&mut self, cause: &str) -> Result<Step, Fault> {
        self.call(0, |bindings, store, resource| {
            bindings.dragoman_connector_handler().exchange().call_finish(store, resource, cause)
        })
    }

    /// The time that the guest has used, on the wall clock.
    #[must_use]
    pub fn spent(&self) -> Duration {
        self.spent
    }

    /// The log lines written since the last call, and how many were dropped since the start.
    pub fn take_log(&mut self) -> (Vec<LogLine>, usize) {
        (self.store.data_mut().take_lines(), self.store.data().dropped_lines())
    }

    fn call<F>(&mut self, given: usize, function: F) -> Result<Step, Fault>
    where
        F: FnOnce(&Bindings, &mut Store<State>, ResourceAny) -> wasmtime::Result<Result<wit::Step, wit::Failure>>,
    {
        if self.spent > self.limits.total_deadline.saturating_add(self.granted) {
            let text = format!("its calls took more than {} ms together", self.limits.total_deadline.as_millis());
            return Err(Fault::Verdict(Verdict::CpuTotal, text));
        }
        let began = Instant::now();
        let deadline = self.limits.deadline_for(given);
        self.granted = self.granted.saturating_add(deadline.saturating_sub(self.limits.call_deadline));
        self.store.set_epoch_deadline(ticks(deadline));
        let answer = function(&self.bindings, &mut self.store, self.resource);
        self.spent += began.elapsed();
        match answer {
            Ok(Ok(step)) => read_step(step, &self.limits),
            Ok(Err(failure)) => Err(Fault::Failure(read_failure(failure))),
            Err(error) => Err(refused(&self.store, &error, false)),
        }
    }
}

fn refused(store: &Store<State>, error: &wasmtime::Error, instantiating: bool) -> Fault {
    // wasmtime names no type for a full pool; nothing else can fail before guest code runs.
    if instantiating && error.downcast_ref::<wasmtime::Trap>().is_none() && !store.data().refused {
        return Fault::Verdict(Verdict::Pool, format!("{error:#}"));
    }
    Fault::Verdict(Verdict::of(error, store.data().refused), format!("{error:#}"))
}

fn read_step(step: wit::Step, limits: &Limits) -> Result<Step, Fault> {
    if step.events.len() > limits.events_per_call {
        let text = format!("{} events in one call, more than {}", step.events.len(), limits.events_per_call);
        return Err(Fault::Verdict(Verdict::Amplification, text));
    }
    let losses = read_losses(&step.ext)?;
    let next = step.next.map(read_call).transpose()?;
    Ok(Step { events: step.events, next, done: step.done, losses })
}

fn read_losses(ext: &str) -> Result<Vec<(String, String)>, Fault> {
    if ext.is_empty() {
        return Ok(Vec::new());
    }
    let document: Value = serde_json::from_str(ext)
        .map_err(|error| Fault::Verdict(Verdict::OutputJson, format!("the step's `ext` is not JSON: {error}")))?;
    let text = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = document.get("loss").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(list.iter().map(|entry| (text(entry, "path"), text(entry, "how"))).collect())
}

fn read_call(call: wit::Call) -> Result<Upstream, Fault> {
    let head = |text: String| Fault::Verdict(Verdict::Head, text);
    let protocol = |text: String| Fault::Verdict(Verdict::Protocol, text);
    check_path(&call.path).map_err(|error| head(error.to_string()))?;
    let pairs = |fields: Vec<wit::Field>| fields.into_iter().map(|field| (field.name, field.value)).collect::<Vec<_>>();
    let headers = pairs(call.headers);
    check_headers(headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .map_err(|error| head(error.to_string()))?;
    if !call.endpoint.is_empty() {
        return Err(protocol(format!("endpoint `{}` is not in its manifest", call.endpoint.escape_debug())));
    }
    if !matches!(call.method.as_str(), "GET" | "POST") {
        return Err(protocol(format!("method `{}` is not `GET` or `POST`", call.method.escape_debug())));
    }
    let framing = Framing::by_name(&call.framing)
        .ok_or_else(|| protocol(format!("framing `{}` does not exist", call.framing.escape_debug())))?;
    let edit = |edit: wit::Edit| Edit { pointer: edit.pointer, value: edit.value };
    let body = match call.body {
        wit::Body::None => UpstreamBody::None,
        wit::Body::Text(text) => UpstreamBody::Bytes(text.into_bytes()),
        wit::Body::Binary(bytes) => UpstreamBody::Bytes(bytes),
        wit::Body::Input(edits) => UpstreamBody::Input(edits.into_iter().map(edit).collect()),
    };
    let query = pairs(call.query);
    Ok(Upstream { method: call.method, path: call.path, query, headers, body, framing, relay: call.relay })
}

fn read_failure(failure: wit::Failure) -> Failure {
    let detail: Map<String, Value> = serde_json::from_str(&failure.detail).unwrap_or_default();
    let mut document = detail;
    document.insert("class".into(), failure.class.as_str().into());
    document.insert("message".into(), failure.message.as_str().into());
    let read = serde_json::from_value::<Failure>(Value::Object(document));
    // A `detail` that does not fit costs only itself.
    let mut read = read.unwrap_or_else(|_| Failure::new(FailureClass::from(failure.class.as_str()), failure.message));
    read.code = (!failure.code.is_empty()).then_some(failure.code);
    read.retry_after_ms = failure.retry_after_ms;
    read
}
