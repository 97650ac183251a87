use dragoman_model::Request;

use super::OpenAiResponses;
use crate::Frontend as _;
use crate::common::testing::{lost, recorded, scene};

#[test]
fn every_recorded_request_is_read_and_nothing_of_it_is_lost() {
    let (mut read, mut odd) = (0, Vec::new());
    for record in recorded("openai-responses").iter().filter(|record| record["request"]["body"].is_object()) {
        match OpenAiResponses.decode(record["request"]["body"].to_string().as_bytes(), &scene()) {
            Ok(asked) => {
                let text = serde_json::to_string(&asked.request).unwrap();
                assert_eq!(serde_json::from_str::<Request>(&text).unwrap(), asked.request, "{}", record["id"]);
                let lost = lost(&record["request"]["body"], &serde_json::to_value(&asked.request).unwrap());
                assert!(lost.is_empty(), "{}: {lost:?}", record["id"]);
                read += 1;
            }
            // What the provider refused need not be readable.
            Err(_) if record["response"]["status"] != 200 => odd.push(record["id"].clone()),
            Err(failure) => panic!("{}: {failure} at {:?}", record["id"], failure.param),
        }
    }
    println!("{read} requests read; refused, as the provider did: {odd:?}");
}

#[test]
fn the_sniffer_reads_every_recorded_answer() {
    let (mut complete, mut known, mut lacking) = (0, 0, Vec::new());
    for record in recorded("openai-responses").iter().filter(|record| record["response"]["status"] == 200) {
        let stream = record["stream"] == true;
        let body = record["response"]["body"].as_str().unwrap();
        let mut named = OpenAiResponses.sniffer(stream);
        let mut nameless = OpenAiResponses.sniffer(stream);
        if stream {
            for event in body.replace("\r\n", "\n").split("\n\n") {
                let line =
                    |start: &str| event.lines().find_map(|line| line.strip_prefix(start)).unwrap_or_default().trim();
                named.see(line("event:"), line("data:").as_bytes());
                nameless.see("", line("data:").as_bytes());
            }
        } else {
            named.see("", body.as_bytes());
            nameless.see("", body.as_bytes());
        }
        assert_eq!((named.usage(), named.complete()), (nameless.usage(), nameless.complete()), "{}", record["id"]);
        complete += usize::from(named.complete());
        known += usize::from(named.usage().is_some());
        if !named.complete() {
            lacking.push(record["id"].clone());
        }
    }
    println!("{complete} complete, {known} with usage; not complete: {lacking:?}");
}
