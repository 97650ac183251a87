//! A connector at work on one exchange.

use dragoman_model::{Event, Failure, FailureClass};
use dragoman_sandbox::{Exchange, Fault, Step, Verdict};
use dragoman_telemetry::Facts;
use dragoman_wire::frame::Frame;

use crate::backend::Backend;

/// A connector at work on one exchange.
pub(crate) struct Guest {
    /// `None` once the sandbox has stopped it.
    exchange: Option<Exchange>,
    connector: String,
    spent: std::time::Duration,
    verdict: Option<Verdict>,
    log_lines_dropped: usize,
}

impl Guest {
    pub(crate) fn start(backend: &Backend, context: &String) -> Result<Self, Failure> {
        let mut guest = Self {
            exchange: None,
            connector: backend.connector.clone(),
            spent: std::time::Duration::ZERO,
            verdict: None,
            log_lines_dropped: 0,
        };
        match backend.entry.connector.exchange(context) {
            Ok(exchange) => guest.exchange = Some(exchange),
            Err(fault) => return Err(guest.stopped(fault)),
        }
        Ok(guest)
    }

    pub(crate) fn begin(&mut self, operation: &str, input: &String) -> Result<Step, Failure> {
        self.call(|exchange| exchange.begin(operation, input))
    }

    pub(crate) fn head(&mut self, status: u16, headers: &[(String, String)]) -> Result<Step, Failure> {
        self.call(|exchange| exchange.head(status, headers))
    }

    pub(crate) fn frames(&mut self, frames: Vec<Frame>) -> Result<Step, Failure> {
        self.call(|exchange| exchange.frames(frames))
    }

    pub(crate) fn finish(&mut self, cause: &str) -> Result<Step, Failure> {
        self.call(|exchange| exchange.finish(cause))
    }

    /// Reads the events of a step.
    pub(crate) fn events(&mut self, step: &Step) -> Result<Vec<Event>, Failure> {
        let read = step.events.iter().map(|text| serde_json::from_str(text)).collect::<Result<Vec<Event>, _>>();
        read.map_err(|error| self.misbehaved(Verdict::OutputJson, &format!("an event cannot be read: {error}")))
    }

    /// The guest broke the contract: it is stopped, and the failure tells why.
    pub(crate) fn misbehaved(&mut self, verdict: Verdict, why: &str) -> Failure {
        self.stopped(Fault::Verdict(verdict, why.to_owned()))
    }

    /// Tells `facts` what the guest cost and why it was stopped, if it was.
    pub(crate) fn settle(&self, facts: &mut Facts) {
        facts.guest = self.exchange.as_ref().map_or(self.spent, Exchange::spent);
        facts.verdict = self.verdict.map(Verdict::name);
        facts.log_lines_dropped = self.log_lines_dropped;
    }

    fn call(&mut self, function: impl FnOnce(&mut Exchange) -> Result<Step, Fault>) -> Result<Step, Failure> {
        let Some(exchange) = self.exchange.as_mut() else {
            return Err(Failure::new(FailureClass::Connector, "the connector was stopped before"));
        };
        let answer = function(exchange);
        self.write_log();
        answer.map_err(|fault| self.stopped(fault))
    }

    fn stopped(&mut self, fault: Fault) -> Failure {
        match fault {
            Fault::Failure(failure) => failure,
            Fault::Verdict(verdict, why) => {
                self.spent = self.exchange.take().map_or(self.spent, |exchange| exchange.spent());
                self.verdict = Some(verdict);
                let connector = &self.connector;
                tracing::warn!(target: "dragoman::connector", connector, verdict = verdict.name(), why, "stopped");
                if verdict == Verdict::Pool {
                    let message = "the gateway has no room for another exchange; try again";
                    return Failure { retry_after_ms: Some(1000), ..Failure::new(FailureClass::Overloaded, message) };
                }
                let message = format!("the connector `{connector}` was stopped (`{verdict}`); its author must mend it");
                Failure::new(FailureClass::Connector, message).with_code(verdict.name())
            }
        }
    }

    fn write_log(&mut self) {
        let Some(exchange) = self.exchange.as_mut() else { return };
        let connector = &self.connector;
        let (lines, dropped) = exchange.take_log();
        self.log_lines_dropped = dropped;
        for line in lines {
            let text = line.text;
            match line.level {
                "error" => tracing::error!(target: "dragoman::connector", connector, "{text}"),
                "warn" => tracing::warn!(target: "dragoman::connector", connector, "{text}"),
                "debug" => tracing::debug!(target: "dragoman::connector", connector, "{text}"),
                _ => tracing::info!(target: "dragoman::connector", connector, "{text}"),
            }
        }
    }
}
