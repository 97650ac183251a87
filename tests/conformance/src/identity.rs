//! What a connector writes, the front end of the same dialect reads back as it was asked.

use connector_anthropic::Anthropic;
use connector_gemini::Gemini as GeminiConnector;
use connector_openai_compatible::OpenAiCompatible;
use dragoman_connector::{Begin, Context, Provider};
use dragoman_frontends::anthropic::AnthropicMessages;
use dragoman_frontends::gemini::Gemini;
use dragoman_frontends::openai_chat::OpenAiChat;
use dragoman_frontends::{Frontend, Scene};
use dragoman_model::content::{TextPart, ToolCallPart};
use dragoman_model::request::{FunctionTool, Message, Role, Tool};
use dragoman_model::{Json, Part, Request};
use proptest::prelude::*;
use serde_json::{Number, json};

/// A model of the generation that takes sampling parameters.
const MODEL: &str = "claude-sonnet-4-5";

fn part() -> impl Strategy<Value = Part> {
    "[a-zA-Zäß \"\\\\\n]{1,20}[a-z]".prop_map(|text| Part::Text(TextPart::new(text)))
}

fn call(number: usize) -> Part {
    let arguments = json!({"city": "Köln", "number": number}).to_string();
    let id = format!("call_{number}");
    Part::ToolCall(ToolCallPart { id, name: "weather".into(), arguments, ..ToolCallPart::default() })
}

prop_compose! {
    /// What every dialect can say.
    fn request()(
        turns in prop::collection::vec((part(), part(), any::<bool>()), 1..4),
        last in part(),
        system in prop::option::of(part()),
        temperature in prop::option::of(0_u8..=10),
        limit in 1_u64..5000,
        stop in prop::collection::vec("[a-z]{1,5}", 0..3),
    ) -> Request {
        let mut messages: Vec<Message> = system.into_iter().map(|part| Message::new(Role::System, vec![part])).collect();
        for (number, (asked, said, calls)) in turns.into_iter().enumerate() {
            messages.push(Message::new(Role::User, vec![asked]));
            let answer = if calls { vec![said, call(number)] } else { vec![said] };
            messages.push(Message::new(Role::Assistant, answer));
        }
        messages.push(Message::new(Role::User, vec![last]));
        let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
        let tool = FunctionTool { name: "weather".into(), parameters: Some(Json::from(schema)), ..FunctionTool::default() };
        Request {
            model: MODEL.into(),
            messages,
            tools: vec![Tool::Function(tool)],
            max_output_tokens: Some(limit),
            temperature: temperature.and_then(|tenths| Number::from_f64(f64::from(tenths) / 10.0)),
            stop,
            ..Request::default()
        }
    }
}

fn there_and_back<P: Provider>(frontend: &dyn Frontend, request: &Request) -> Request {
    let context = Context { model: MODEL.into(), seed: "5eed".into(), ..Context::default() };
    let Ok(Begin::Call(call)) = P::new(&context).unwrap().chat(&context, request.clone()) else {
        panic!("a request that every dialect can say was not written");
    };
    let scene = Scene { asked_model: MODEL.into(), ..Scene::default() };
    frontend.decode(call.body_text().as_bytes(), &scene).unwrap().request
}

/// What is compared: all but how an empty wish is written.
fn essence(request: &Request) -> serde_json::Value {
    json!({
        "messages": request.messages,
        "tools": request.tools,
        "limit": request.max_output_tokens,
        "temperature": request.temperature.as_ref().and_then(Number::as_f64),
        "stop": request.stop,
    })
}

proptest! {
    #[test]
    fn openai_chat_is_read_as_it_was_written(request in request()) {
        let back = there_and_back::<OpenAiCompatible>(&OpenAiChat, &request);
        prop_assert_eq!(essence(&back), essence(&request));
    }

    #[test]
    fn anthropic_messages_are_read_as_they_were_written(request in request()) {
        let back = there_and_back::<Anthropic>(&AnthropicMessages, &request);
        prop_assert_eq!(essence(&back), essence(&request));
    }

    #[test]
    fn gemini_is_read_as_it_was_written(request in request()) {
        let back = there_and_back::<GeminiConnector>(&Gemini, &request);
        prop_assert_eq!(essence(&back), essence(&request));
    }
}
