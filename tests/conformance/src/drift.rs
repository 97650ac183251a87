//! The schemas against the types, in both directions.

use std::fmt::Debug;

use dragoman_model::content::{Part, Source};
use dragoman_model::listing::{ModelList, TokenCount};
use dragoman_model::request::Tool;
use dragoman_model::{Event, Failure, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::sample::Sampler;
use crate::schemas::{CHAT, Check, MODELS, OPEN, TOKENS};
use crate::written;

/// Definitions that no type stands for: members shared between two documents, and the input of `models.list`, which
/// the host writes and the connectors' kit reads by hand.
const NO_TYPES: [&str; 1] = ["#/$defs/page"];

/// Whether something that its type does not know is anywhere in a document.
fn is_foreign(document: &impl Debug) -> bool {
    let text = format!("{document:?}");
    text.contains("extra: {\"") || text.contains("Unknown({") || text.contains("Other(\"")
}

fn known<T: DeserializeOwned + Serialize + Debug>(sampler: &mut Sampler, reference: &str) {
    let check = Check::new(reference);
    for sample in sampler.of(reference) {
        check.pass(&sample, reference);
        let document: T = serde_json::from_value(sample.clone()).unwrap_or_else(|error| panic!("{error}: {sample}"));
        assert!(!is_foreign(&document), "{reference} tells something that the type does not know: {document:#?}");
        assert_eq!(serde_json::to_value(&document).unwrap(), sample, "{reference}");
        for lacking in without_each_member(&sample) {
            let is_read = serde_json::from_value::<T>(lacking.clone()).is_ok();
            assert_eq!(check.complaints(&lacking).is_empty(), is_read, "what may be absent: {lacking}");
        }
    }
}

/// The document once for each of its members, without it.
fn without_each_member(document: &Value) -> Vec<Value> {
    let mut objects = Vec::new();
    places(document, String::new(), &mut objects);
    let mut lacking = Vec::new();
    for place in objects {
        for name in document.pointer(&place).and_then(Value::as_object).into_iter().flat_map(|object| object.keys()) {
            let mut changed = document.clone();
            changed.pointer_mut(&place).and_then(Value::as_object_mut).unwrap().remove(name);
            lacking.push(changed);
        }
    }
    lacking
}

#[test]
fn the_types_know_every_member_of_the_schemas() {
    let mut sampler = Sampler::default();
    known::<Part>(&mut sampler, &format!("{CHAT}common#/$defs/part"));
    known::<Source>(&mut sampler, &format!("{CHAT}common#/$defs/source"));
    known::<Tool>(&mut sampler, &format!("{CHAT}request#/$defs/tool"));
    known::<Request>(&mut sampler, &format!("{CHAT}request"));
    known::<Response>(&mut sampler, &format!("{CHAT}response"));
    known::<Event>(&mut sampler, &format!("{CHAT}event"));
    known::<Failure>(&mut sampler, &format!("{CHAT}failure"));
    known::<ModelList>(&mut sampler, MODELS);
    known::<TokenCount>(&mut sampler, TOKENS);

    let ours = OPEN.iter().filter(|(id, _)| id.starts_with(CHAT) || [MODELS, TOKENS].contains(&id.as_str()));
    let defined: Vec<String> = ours
        .flat_map(|(id, schema)| {
            let names = schema["$defs"].as_object().into_iter().flatten();
            names.map(move |(name, _)| format!("{id}#/$defs/{name}"))
        })
        .filter(|reference| !NO_TYPES.iter().any(|end| reference.ends_with(end)))
        .collect();
    let unused = sampler.unused(defined.iter());
    assert!(unused.is_empty(), "no document has these: {unused:?}");
}

#[test]
fn a_member_that_no_type_knows_is_seen() {
    let message = json!({"model": "m", "messages": [{"role": "user", "new": 1}]});
    assert!(is_foreign(&serde_json::from_value::<Request>(message).unwrap()));
    assert!(is_foreign(&serde_json::from_value::<Part>(json!({"type": "new"})).unwrap()));
    assert!(!is_foreign(&serde_json::from_value::<Part>(json!({"type": "text", "text": "t"})).unwrap()));
}

fn told<T: Serialize + Debug>(reference: &str, documents: &[T]) {
    let check = Check::new(reference);
    for document in documents {
        // A member that was left empty would prove nothing.
        let text = format!("{document:#?}");
        assert!(!text.contains(": None"), "{text}");
        check.pass(&serde_json::to_value(document).unwrap(), reference);
    }
}

#[test]
fn the_schemas_tell_every_member_of_the_types() {
    told(&format!("{CHAT}common#/$defs/part"), &written::parts());
    told(&format!("{CHAT}common#/$defs/source"), &written::sources());
    told(&format!("{CHAT}request#/$defs/tool"), &written::tools());
    told(&format!("{CHAT}request"), &[written::request()]);
    told(&format!("{CHAT}response"), &[written::response()]);
    told(&format!("{CHAT}event"), &written::events());
    told(&format!("{CHAT}failure"), &[written::failure()]);
    told(MODELS, &[written::models()]);
    told(TOKENS, &[written::token_count()]);
}

#[test]
fn a_member_that_no_schema_tells_is_seen_at_every_depth() {
    let check = Check::new(&format!("{CHAT}request"));
    let document = serde_json::to_value(written::request()).unwrap();
    let mut objects = Vec::new();
    places(&document, String::new(), &mut objects);
    let count = objects.len();
    for place in objects {
        let mut changed = document.clone();
        changed.pointer_mut(&place).unwrap()["not-told"] = json!(true);
        assert!(!check.complaints(&changed).is_empty(), "nobody sees a member that is new at `{place}`");
    }
    println!("seen at {count} places");
}

/// Members that hold a dialect's own or a client's own words.
const OWN: [&str; 8] = ["native", "metadata", "value", "parameters", "schema", "format", "audio", "arguments"];

/// The pointers of the objects in `document` that are the neutral model's.
fn places(document: &Value, place: String, found: &mut Vec<String>) {
    match document {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
                places(member, format!("{place}/{name}"), found);
            }
            found.push(place);
        }
        Value::Array(items) => {
            (0..).zip(items).for_each(|(index, item): (usize, _)| places(item, format!("{place}/{index}"), found));
        }
        _ => {}
    }
}
