"""Every official SDK with every backend."""
from __future__ import annotations

import base64
import json
import os
import uuid
from urllib.request import urlopen

import pytest

from sdks import SDKS

TEXT = "Grüße aus Zürich 🏔"
THOUGHT = "The user greets me."
USAGE = (11, 7)
# `openai-auto` asks the provider by the client's own API where that is OpenAI's.
PROVIDERS = ["openai-chat", "openai-responses", "openai-auto", "compatible", "anthropic", "gemini"]
IMAGE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
TOOLS = {
    "get_weather": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "get_time": {"type": "object", "properties": {"zone": {"type": "string"}}, "required": ["zone"]},
}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "people": {"type": "integer"}},
          "required": ["city", "people"], "additionalProperties": False}

pytestmark = pytest.mark.parametrize("sdk", SDKS, ids=lambda sdk: sdk.name)
each_provider = pytest.mark.parametrize("backend", PROVIDERS)
each_way = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


def recorded(mark: str) -> str:
    """The one request that reached the provider and holds `mark`, as JSON text."""
    with urlopen(f"{os.environ['PROVIDER_URL']}/recorded?mark={mark}", timeout=10) as answer:
        bodies = json.load(answer)
    assert bodies, "the provider was not asked"
    return json.dumps(bodies[-1], ensure_ascii=False)


def fresh() -> str:
    return "mark" + uuid.uuid4().hex


@each_way
@each_provider
def test_text(sdk, backend, stream):
    reply = sdk.ask(f"{backend}:sample", sdk.user("Hello"), stream=stream)
    assert (reply.text, reply.calls, reply.finish, reply.usage) == (TEXT, [], "stop", USAGE)


@each_way
@each_provider
def test_reasoning(sdk, backend, stream):
    reply = sdk.ask(f"{backend}:reasoning-sample", sdk.user("Hello"), stream=stream)
    assert (reply.thought, reply.text, reply.usage) == (THOUGHT, TEXT, USAGE)


@each_provider
def test_system_prompt_and_earlier_turns(sdk, backend):
    mark = fresh()
    first = sdk.ask(f"{backend}:sample", sdk.user("Hello"))
    sdk.ask(f"{backend}:sample", [*sdk.user("Hello"), *first.turn, *sdk.user(f"And {mark}")], system="Speak softly.")
    body = recorded(mark)
    assert "Speak softly." in body and "Hello" in body and TEXT in body


@each_provider
def test_image(sdk, backend):
    mark = fresh()
    sdk.ask(f"{backend}:sample", sdk.user(f"What is this? {mark}", IMAGE))
    body = recorded(mark)
    if backend == "gemini":
        # Gemini takes both alphabets, and its SDK writes the other one.
        body = body.replace("-", "+").replace("_", "/")
    assert base64.b64encode(IMAGE).decode() in body and "image/png" in body


@each_way
@each_provider
def test_tool_call_and_its_result(sdk, backend, stream):
    mark = fresh()
    turns = sdk.user(f"How is the weather? {mark}")
    reply = sdk.ask(f"{backend}:sample", turns, tools=TOOLS, stream=stream)
    assert [(call.name, call.arguments) for call in reply.calls] == [("get_weather", {"city": "Zürich"})]
    assert (reply.finish, reply.usage) == ("tools", USAGE)
    results = sdk.results([(reply.calls[0], "Sunny, 21 degrees")])
    second = sdk.ask(f"{backend}:sample", [*turns, *reply.turn, *results], tools=TOOLS, stream=stream)
    assert (second.text, second.finish) == (TEXT, "stop")
    body = recorded(mark)
    assert "Sunny, 21 degrees" in body and "get_weather" in body and "get_time" in body


@each_way
@each_provider
def test_parallel_tool_calls_and_their_results(sdk, backend, stream):
    mark = fresh()
    turns = sdk.user(f"I want both of them. {mark}")
    reply = sdk.ask(f"{backend}:sample", turns, tools=TOOLS, stream=stream)
    assert [(call.name, call.arguments) for call in reply.calls] == [
        ("get_weather", {"city": "Zürich"}), ("get_time", {"zone": "Europe/Zurich"})]
    assert len({call.id for call in reply.calls}) == 2
    results = sdk.results([(reply.calls[0], "Sunny, 21 degrees"), (reply.calls[1], "Half past ten")])
    second = sdk.ask(f"{backend}:sample", [*turns, *reply.turn, *results], tools=TOOLS, stream=stream)
    assert second.text == TEXT
    body = recorded(mark)
    assert "Sunny, 21 degrees" in body and "Half past ten" in body


@each_way
@each_provider
def test_structured_output(sdk, backend, stream):
    mark = fresh()
    reply = sdk.ask(f"{backend}:sample", sdk.user(f"Tell me of Zürich. {mark}"), schema=SCHEMA, stream=stream)
    assert json.loads(reply.text) == {"city": "Zürich", "people": 443000}
    assert '"people"' in recorded(mark)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
@each_provider
def test_errors_are_the_sdks_own(sdk, backend, status):
    for stream in (False, True):
        with pytest.raises(sdk.errors[status]) as raised:
            sdk.ask(f"{backend}:error-{status}", sdk.user("Hello"), stream=stream)
        told = getattr(raised.value, "status_code", None) or getattr(raised.value, "code", None)
        assert told == status and f"Provoked {status}." in str(raised.value)


@each_provider
def test_a_stream_that_is_cut_is_an_error(sdk, backend):
    with pytest.raises(sdk.broken):
        sdk.ask(f"{backend}:cut", sdk.user("Hello"), stream=True)


def test_a_backend_without_a_key_is_named(sdk):
    with pytest.raises(sdk.errors[503], match="CLIENT_TESTS_UNSET"):
        sdk.ask("left-out:sample", sdk.user("Hello"))


def test_models(sdk):
    models = sdk.models()
    assert "echo" in models
    assert {"anthropic:messages-sample", "gemini:gemini-sample", "compatible:chat-sample"} <= set(models)


@pytest.mark.parametrize("backend", ["openai-responses", "anthropic", "gemini"])
def test_token_count(sdk, backend):
    if not hasattr(sdk, "count"):
        pytest.skip("this API counts no tokens")
    assert sdk.count(f"{backend}:sample", sdk.user("Hello")) == 11


@each_way
def test_echo_says_the_words_back(sdk, stream):
    reply = sdk.ask("echo:any", sdk.user("One two three."), stream=stream)
    assert (reply.text, reply.finish) == ("One two three.", "stop") and min(reply.usage) > 0


@each_way
def test_echo_calls_tools(sdk, stream):
    turns = sdk.user("Use get_time now")
    reply = sdk.ask("echo:any", turns, tools=TOOLS, stream=stream)
    assert [(call.name, call.arguments) for call in reply.calls] == [("get_time", {"zone": "Use get_time now"})]
    results = sdk.results([(reply.calls[0], "Half past ten")])
    assert "Half past ten" in sdk.ask("echo:any", [*turns, *reply.turn, *results], tools=TOOLS, stream=stream).text


@each_way
def test_echo_answers_in_json(sdk, stream):
    reply = sdk.ask("echo:any", sdk.user("Zürich"), schema=SCHEMA, stream=stream)
    assert set(json.loads(reply.text)) == {"city", "people"}


def test_echo_counts_tokens(sdk):
    if not hasattr(sdk, "count"):
        pytest.skip("this API counts no tokens")
    assert sdk.count("echo:any", sdk.user("One two three.")) > 0
