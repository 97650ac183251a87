//! The answer to a chat completion, whole or in chunks.

use std::collections::BTreeMap;

use dragoman_model::dialect::OPENAI_CHAT;
use dragoman_model::event::Start;
use dragoman_model::fold::unfold;
use dragoman_model::{Event, Failure, Response, Usage};
use serde_json::{Map, Value, json};

use super::chunk::{Head, Sink, Stream};
use super::request::Wishes;
use super::speaker::{Manner, Speaker};
use super::whole::Gathered;
use crate::common::openai::{error, usage};
use crate::common::{CallIds, wire};
use crate::{Answer, Scene};

/// Writes one answer.
pub(super) struct ChatAnswer {
    id: String,
    model: String,
    include_usage: bool,
    choices: Choices,
    head: Head,
    over: bool,
}

/// The choices of the answer and what it cost.
struct Choices {
    manner: Manner,
    speakers: BTreeMap<u32, Speaker>,
    usage: Option<Usage>,
}

impl ChatAnswer {
    /// The answer to a request that came in `scene` with `wishes`.
    pub(super) fn new(scene: &Scene, wishes: &Wishes) -> Self {
        let manner = Manner {
            legacy_functions: wishes.legacy_functions,
            ids: CallIds::new("call_", &scene.id),
            sound_ids: CallIds::new("audio_", &scene.id),
            now_s: scene.now_s,
        };
        Self {
            id: format!("chatcmpl-{}", scene.id),
            model: scene.asked_model.clone(),
            include_usage: wishes.include_usage,
            choices: Choices { manner, speakers: BTreeMap::new(), usage: None },
            head: Head::default(),
            over: false,
        }
    }

    /// The members that the answer, or each chunk of it, begins with.
    fn head(&self, start: &Start, object: &str) -> Map<String, Value> {
        let mut head = Map::new();
        head.insert("id".into(), start.id.as_deref().unwrap_or(&self.id).into());
        head.insert("object".into(), object.into());
        head.insert("created".into(), start.created.unwrap_or(self.choices.manner.now_s).into());
        head.insert("model".into(), start.model.as_deref().unwrap_or(&self.model).into());
        wire::put(&mut head, "service_tier", start.service_tier.as_deref().map(service_tier));
        for (name, value) in start.native.of(OPENAI_CHAT).into_iter().flatten() {
            // These two are each chunk's own.
            if name != "choices" && name != "usage" {
                head.entry(name.as_str()).or_insert_with(|| value.clone());
            }
        }
        head
    }

    fn begin(&mut self, start: Start, out: &mut Vec<u8>) {
        let members = self.head(&start, "chat.completion.chunk");
        self.head = Head::new(&members, self.include_usage);
        self.choices.tell(Event::Start(start), &mut Stream { head: &self.head, out });
    }

    fn step(&mut self, event: Event, out: &mut Vec<u8>) {
        let begun = !self.choices.speakers.is_empty();
        match event {
            Event::Start(start) if !begun => self.begin(start, out),
            Event::Failure(failure) => self.fail(&failure, out),
            Event::Native(native) if native.dialect == OPENAI_CHAT => wire::event(out, "", &native.value),
            event => {
                if !begun {
                    self.begin(Start::default(), out);
                }
                let end = matches!(event, Event::End(_));
                self.choices.tell(event, &mut Stream { head: &self.head, out });
                if end {
                    self.close(out);
                }
            }
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if let Some(usage) = self.choices.usage.as_ref().filter(|_| self.include_usage) {
            self.head.usage(usage, out);
        }
        out.extend_from_slice(b"data: [DONE]\n\n");
        self.over = true;
    }
}

impl Choices {
    fn tell(&mut self, event: Event, sink: &mut dyn Sink) {
        match event {
            Event::Start(start) => {
                self.speaker(0, sink);
                self.usage = start.usage;
            }
            Event::Open(open) => {
                self.speaker(open.candidate, sink);
                let (speaker, manner) = self.split(open.candidate);
                speaker.open(open.part, open.content, manner, sink);
            }
            Event::Delta(delta) => {
                let (speaker, manner) = self.split(delta.candidate);
                speaker.delta(delta, manner, sink);
            }
            Event::Close(close) => {
                let (speaker, manner) = self.split(close.candidate);
                speaker.close(close.part, manner, sink);
            }
            Event::Finish(finish) => {
                self.speaker(finish.candidate, sink);
                let (speaker, manner) = self.split(finish.candidate);
                speaker.end(Some(finish), manner, sink);
            }
            Event::Usage(report) => self.usage.get_or_insert_default().update(report.usage),
            Event::End(_) => {
                for speaker in self.speakers.values_mut().filter(|speaker| !speaker.ended()) {
                    speaker.end(None, &self.manner, sink);
                }
            }
            Event::Failure(_) | Event::Response(_) | Event::Native(_) | Event::Unknown(_) => {}
        }
    }

    /// Sees to it that the choice `index` has begun.
    fn speaker(&mut self, index: u32, sink: &mut dyn Sink) {
        self.speakers.entry(index).or_insert_with(|| {
            let speaker = Speaker::new(index);
            speaker.greet(sink);
            speaker
        });
    }

    fn split(&mut self, index: u32) -> (&mut Speaker, &mut Manner) {
        (self.speakers.entry(index).or_insert_with(|| Speaker::new(index)), &mut self.manner)
    }
}

impl Answer for ChatAnswer {
    fn whole(&mut self, response: Response) -> Vec<u8> {
        let mut gathered = Gathered::default();
        let mut head = Map::new();
        for event in unfold(response) {
            if let Event::Start(start) = &event {
                head = self.head(start, "chat.completion");
            }
            self.choices.tell(event, &mut gathered);
        }
        head.insert("choices".into(), gathered.choices().into());
        let usage = self.choices.usage.as_ref();
        wire::put(&mut head, "usage", usage.map(|usage| usage::chat(usage, OPENAI_CHAT)));
        self.over = true;
        wire::body(&head)
    }

    fn event(&mut self, event: Event, out: &mut Vec<u8>) {
        let events = match event {
            Event::Response(response) => unfold(response),
            event => vec![event],
        };
        for event in events {
            if !self.over {
                self.step(event, out);
            }
        }
    }

    fn fail(&mut self, failure: &Failure, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.over, true) {
            wire::event(out, "", &json!({ "error": error::object(failure) }));
        }
    }
}

/// OpenAI's word for a tier that others name differently; any other word is told as it is.
fn service_tier(tier: &str) -> &str {
    match tier {
        "standard" | "on_demand" => "default",
        other => other,
    }
}
