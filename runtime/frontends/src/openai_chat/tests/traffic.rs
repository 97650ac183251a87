use dragoman_model::Request;

use super::OpenAiChat;
use crate::Frontend as _;
use crate::common::testing::{lost, recorded, scene};

#[test]
fn every_recorded_request_is_read_and_nothing_of_it_is_lost() {
    let (mut read, mut odd) = (0, Vec::new());
    for record in recorded("openai-chat").iter().filter(|record| record["request"]["body"].is_object()) {
        match OpenAiChat.decode(record["request"]["body"].to_string().as_bytes(), &scene()) {
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
    for record in recorded("openai-chat").iter().filter(|record| record["response"]["status"] == 200) {
        let stream = record["stream"] == true;
        let mut sniffer = OpenAiChat.sniffer(stream);
        let body = record["response"]["body"].as_str().unwrap();
        if stream {
            for data in body.lines().filter_map(|line| line.strip_prefix("data:")) {
                sniffer.see("", data.trim().as_bytes());
            }
        } else {
            sniffer.see("", body.as_bytes());
        }
        complete += usize::from(sniffer.complete());
        known += usize::from(sniffer.usage().is_some());
        if !sniffer.complete() {
            lacking.push(record["id"].clone());
        }
        let told = body.contains("\"usage\":{") || body.contains("\"usage\": {");
        assert_eq!(told, sniffer.usage().is_some(), "{}", record["id"]);
    }
    println!("{complete} complete, {known} with usage; not complete: {lacking:?}");
}
