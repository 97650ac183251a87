//! A document that has every member which a schema tells.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::schemas::find;

/// Makes samples, and remembers which definitions it used.
#[derive(Default)]
pub(crate) struct Sampler {
    used: BTreeSet<String>,
    within: Vec<String>,
}

impl Sampler {
    /// One sample for each variant of a tagged schema; for any other the one that there is.
    pub(crate) fn of(&mut self, reference: &str) -> Vec<Value> {
        let found = find(reference, reference).unwrap();
        self.used.insert(reference.to_owned());
        let variants = variants(found.schema);
        if variants.is_empty() {
            return vec![self.sample(found.schema, reference).unwrap()];
        }
        variants.iter().map(|(tag, variant)| self.variant(tag, variant, reference)).collect()
    }

    /// The definitions of every schema that tells members and that no sample was made of.
    pub(crate) fn unused<'s>(&self, defined: impl Iterator<Item = &'s String>) -> Vec<&'s String> {
        defined.filter(|reference| !self.used.contains(*reference)).collect()
    }

    fn variant(&mut self, tag: &Value, variant: &Value, base: &str) -> Value {
        let mut sample = self.sample(variant, base).unwrap();
        sample["type"] = tag.clone();
        sample
    }

    /// `None` where the schema is within itself for the second time.
    fn sample(&mut self, schema: &Value, base: &str) -> Option<Value> {
        if let Some((tag, variant)) = variants(schema).first() {
            return Some(self.variant(tag, variant, base));
        }
        if schema.get("properties").is_some() || (schema["type"] == "object" && schema.get("$ref").is_some()) {
            let mut members = Map::new();
            self.members(schema, base, &mut members);
            return Some(members.into());
        }
        if let Some(reference) = schema["$ref"].as_str() {
            return self.enter(reference, base, Self::sample)?;
        }
        let told = [&schema["examples"][0], &schema["const"], &schema["enum"][0], &schema["anyOf"][0]["enum"][0]];
        if let Some(told) = told.into_iter().find(|value| !value.is_null()) {
            return Some(told.clone());
        }
        let kind = schema["type"].as_str().or(schema["type"][0].as_str());
        Some(match kind {
            Some("string") => "words".into(),
            Some("boolean") => true.into(),
            Some("integer") => schema["minimum"].as_u64().unwrap_or_default().max(7).into(),
            Some("number") => 0.5.into(),
            Some("array") => match schema["prefixItems"].as_array() {
                Some(items) => items.iter().filter_map(|item| self.sample(item, base)).collect(),
                None => json!([self.sample(&schema["items"], base)?]),
            },
            Some("object") => json!({"name": self.sample(&schema["additionalProperties"], base)?}),
            _ => json!({"any": 1}),
        })
    }

    /// The members that `schema` tells, in its own words and by reference.
    fn members(&mut self, schema: &Value, base: &str, members: &mut Map<String, Value>) {
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(sample) = self.sample(member, base) {
                members.insert(name.clone(), sample);
            }
        }
        if let Some(reference) = schema["$ref"].as_str() {
            self.enter(reference, base, |this, target, base| this.members(target, base, members));
        }
    }

    fn enter<T>(&mut self, reference: &str, base: &str, act: impl FnOnce(&mut Self, &Value, &str) -> T) -> Option<T> {
        let found = find(base, reference).unwrap();
        if self.within.iter().filter(|one| **one == found.address).count() > 1 {
            return None;
        }
        self.used.insert(found.address.clone());
        self.within.push(found.address.clone());
        let done = act(self, found.schema, &found.address);
        self.within.pop();
        Some(done)
    }
}

/// Tag and schema of each variant of a tagged schema.
fn variants(schema: &Value) -> Vec<(&Value, &Value)> {
    let choices = schema["allOf"].as_array().into_iter().flatten();
    choices.map(|choice| (&choice["if"]["properties"]["type"]["const"], &choice["then"])).collect()
}
