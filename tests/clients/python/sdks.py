"""The official SDKs behind one face, so that one test asks them all the same."""
from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from typing import Any

import anthropic
import openai
from google import genai
from google.genai import errors as gemini_errors
from google.genai import types

URL = os.environ["DRAGOMAN_URL"]
KEY = "key-of-the-client"
TIMEOUT_S = 30


@dataclass
class Call:
    """A tool call."""
    id: str
    name: str
    arguments: dict


@dataclass
class Reply:
    """What an SDK's user gets: `finish` is `stop`, `tools` or what the dialect says."""
    text: str
    calls: list[Call]
    finish: str
    usage: tuple[int, int]
    thought: str = ""
    turn: list = field(default_factory=list)    # the answer as the SDK wants it back


class Chat:
    """OpenAI's chat completions."""

    name = "openai-chat"
    errors = {400: openai.BadRequestError, 401: openai.AuthenticationError, 403: openai.PermissionDeniedError,
              404: openai.NotFoundError, 422: openai.UnprocessableEntityError, 429: openai.RateLimitError,
              500: openai.InternalServerError, 503: openai.InternalServerError}
    broken = openai.APIError

    def __init__(self) -> None:
        self.client = openai.OpenAI(api_key=KEY, base_url=URL + "/v1", max_retries=0, timeout=TIMEOUT_S)

    def user(self, words: str, image: bytes | None = None) -> list:
        if image is None:
            return [{"role": "user", "content": words}]
        url = "data:image/png;base64," + base64.b64encode(image).decode()
        return [{"role": "user", "content": [{"type": "text", "text": words},
                                             {"type": "image_url", "image_url": {"url": url}}]}]

    def results(self, results: list[tuple[Call, str]]) -> list:
        return [{"role": "tool", "tool_call_id": call.id, "content": text} for call, text in results]

    def ask(self, model: str, turns: list, system=None, tools=None, schema=None, stream=False) -> Reply:
        asked: dict[str, Any] = {"model": model, "messages": turns}
        if system:
            asked["messages"] = [{"role": "system", "content": system}, *turns]
        if tools:
            asked["tools"] = [{"type": "function", "function": {"name": name, "description": name, "parameters": shape}}
                              for name, shape in tools.items()]
        if schema:
            asked["response_format"] = {"type": "json_schema",
                                        "json_schema": {"name": "answer", "schema": schema, "strict": True}}
        if stream:
            with self.client.chat.completions.stream(**asked, stream_options={"include_usage": True}) as events:
                done = events.get_final_completion()
        else:
            done = self.client.chat.completions.create(**asked)
        choice = done.choices[0]
        calls = [Call(call.id, call.function.name, json.loads(call.function.arguments))
                 for call in choice.message.tool_calls or []]
        finish = "tools" if choice.finish_reason == "tool_calls" else choice.finish_reason
        turn = choice.message.model_dump(exclude_none=True, exclude={"parsed"})
        for call in turn.get("tool_calls", []):
            call["function"].pop("parsed_arguments", None)
        return Reply(choice.message.content or "", calls, finish,
                     (done.usage.prompt_tokens, done.usage.completion_tokens),
                     getattr(choice.message, "reasoning_content", None) or "", [turn])

    def models(self) -> list[str]:
        return [model.id for model in self.client.models.list()]


class Responses(Chat):
    """OpenAI's responses."""

    name = "openai-responses"

    def user(self, words: str, image: bytes | None = None) -> list:
        content = [{"type": "input_text", "text": words}]
        if image is not None:
            url = "data:image/png;base64," + base64.b64encode(image).decode()
            content.append({"type": "input_image", "image_url": url, "detail": "auto"})
        return [{"role": "user", "content": content}]

    def results(self, results: list[tuple[Call, str]]) -> list:
        return [{"type": "function_call_output", "call_id": call.id, "output": text} for call, text in results]

    def ask(self, model: str, turns: list, system=None, tools=None, schema=None, stream=False) -> Reply:
        asked: dict[str, Any] = {"model": model, "input": turns}
        if system:
            asked["instructions"] = system
        if tools:
            asked["tools"] = [{"type": "function", "name": name, "description": name, "parameters": shape,
                               "strict": False} for name, shape in tools.items()]
        if schema:
            asked["text"] = {"format": {"type": "json_schema", "name": "answer", "schema": schema, "strict": True}}
        done = self._streamed(asked) if stream else self.client.responses.create(**asked)
        calls = [Call(item.call_id, item.name, json.loads(item.arguments)) for item in done.output
                 if item.type == "function_call"]
        finish = {"completed": "tools" if calls else "stop"}.get(done.status, done.status)
        thought = "".join(part.text for item in done.output if item.type == "reasoning"
                          for part in [*item.summary, *(item.content or [])])
        return Reply(done.output_text, calls, finish, (done.usage.input_tokens, done.usage.output_tokens), thought,
                     [item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in done.output])

    def count(self, model: str, turns: list) -> int:
        return self.client.responses.input_tokens.count(model=model, input=turns).input_tokens

    def _streamed(self, asked: dict):
        spoken, done = "", None
        for event in self.client.responses.create(**asked, stream=True):
            if event.type == "response.output_text.delta":
                spoken += event.delta
            elif event.type in ("response.failed", "error"):
                raise openai.APIError(event.type, request=None, body=None)
            elif event.type in ("response.completed", "response.incomplete"):
                done = event.response
        assert done is not None, "a stream without its closing event"
        assert spoken == done.output_text, "the deltas are not the final text"
        # The SDK's own accumulation has to agree.
        with self.client.responses.stream(**asked) as events:
            assert events.get_final_response().output_text == spoken
        return done


class Messages:
    """Anthropic's messages."""

    name = "anthropic"
    errors = {400: anthropic.BadRequestError, 401: anthropic.AuthenticationError, 403: anthropic.PermissionDeniedError,
              404: anthropic.NotFoundError, 422: anthropic.UnprocessableEntityError, 429: anthropic.RateLimitError,
              500: anthropic.InternalServerError, 503: anthropic.InternalServerError}
    broken = anthropic.APIError
    prefix = ""

    def __init__(self) -> None:
        self.client = anthropic.Anthropic(api_key=KEY, base_url=URL + self.prefix, max_retries=0, timeout=TIMEOUT_S)

    def user(self, words: str, image: bytes | None = None) -> list:
        if image is None:
            return [{"role": "user", "content": words}]
        source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(image).decode()}
        return [{"role": "user", "content": [{"type": "image", "source": source}, {"type": "text", "text": words}]}]

    def results(self, results: list[tuple[Call, str]]) -> list:
        return [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": text}
                                             for call, text in results]}]

    def ask(self, model: str, turns: list, system=None, tools=None, schema=None, stream=False) -> Reply:
        asked: dict[str, Any] = {"model": model, "messages": turns, "max_tokens": 200}
        if system:
            asked["system"] = system
        if tools:
            asked["tools"] = [{"name": name, "description": name, "input_schema": shape}
                              for name, shape in tools.items()]
        if schema:
            asked["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        if stream:
            with self.client.messages.stream(**asked) as events:
                done = events.get_final_message()
        else:
            done = self.client.messages.create(**asked)
        text = "".join(block.text for block in done.content if block.type == "text")
        thought = "".join(block.thinking for block in done.content if block.type == "thinking")
        calls = [Call(block.id, block.name, block.input) for block in done.content if block.type == "tool_use"]
        finish = {"end_turn": "stop", "tool_use": "tools"}.get(done.stop_reason, done.stop_reason)
        given = done.usage.input_tokens + (done.usage.cache_read_input_tokens or 0)
        kept = [block.model_dump(exclude_none=True, exclude={"parsed_output"}) for block in done.content]
        return Reply(text, calls, finish, (given, done.usage.output_tokens), thought,
                     [{"role": "assistant", "content": kept}])

    def models(self) -> list[str]:
        return [model.id for model in self.client.models.list()]

    def count(self, model: str, turns: list) -> int:
        return self.client.messages.count_tokens(model=model, messages=turns).input_tokens


class MessagesBelow(Messages):
    """The same at the path below `/anthropic`."""

    name = "anthropic-below"
    prefix = "/anthropic"


class Gemini:
    """Google's generateContent."""

    name = "google-genai"
    errors = {status: gemini_errors.ClientError if status < 500 else gemini_errors.ServerError
              for status in (400, 401, 403, 404, 422, 429, 500, 503)}
    # A stream's connection that is cut is the HTTP library's matter; an error that is told is the SDK's.
    broken = gemini_errors.APIError
    version: str | None = None

    def __init__(self) -> None:
        options = {"base_url": URL, "api_version": self.version, "timeout": TIMEOUT_S * 1000}
        self.client = genai.Client(api_key=KEY, http_options=options)

    def user(self, words: str, image: bytes | None = None) -> list:
        parts = [types.Part.from_text(text=words)]
        if image is not None:
            parts.append(types.Part.from_bytes(data=image, mime_type="image/png"))
        return [types.Content(role="user", parts=parts)]

    def results(self, results: list[tuple[Call, str]]) -> list:
        parts = [types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name,
                                                                     response={"result": text}))
                 for call, text in results]
        return [types.Content(role="user", parts=parts)]

    def ask(self, model: str, turns: list, system=None, tools=None, schema=None, stream=False) -> Reply:
        set_up: dict[str, Any] = {"automatic_function_calling": {"disable": True}}
        if system:
            set_up["system_instruction"] = system
        if tools:
            declared = [{"name": name, "description": name, "parameters_json_schema": shape}
                        for name, shape in tools.items()]
            set_up["tools"] = [{"function_declarations": declared}]
        if schema:
            set_up |= {"response_mime_type": "application/json", "response_json_schema": schema}
        asked = {"model": model, "contents": turns, "config": types.GenerateContentConfig(**set_up)}
        if stream:
            documents = list(self.client.models.generate_content_stream(**asked))
        else:
            documents = [self.client.models.generate_content(**asked)]
        parts = [part for document in documents for candidate in document.candidates or []
                 if candidate.content for part in candidate.content.parts or []]
        calls = [Call(part.function_call.id, part.function_call.name, part.function_call.args)
                 for part in parts if part.function_call]
        finish = documents[-1].candidates[0].finish_reason
        finish = ("tools" if calls else "stop") if finish == types.FinishReason.STOP else str(finish)
        usage = documents[-1].usage_metadata
        return Reply("".join(part.text for part in parts if part.text and not part.thought), calls, finish,
                     (usage.prompt_token_count, usage.candidates_token_count + (usage.thoughts_token_count or 0)),
                     "".join(part.text for part in parts if part.text and part.thought),
                     [types.Content(role="model", parts=parts)])

    def models(self) -> list[str]:
        return [model.name.removeprefix("models/") for model in self.client.models.list()]

    def count(self, model: str, turns: list) -> int:
        return self.client.models.count_tokens(model=model, contents=turns).total_tokens


class GeminiBeta(Gemini):
    """The same at the paths of the API's beta version, which is not the SDK's default."""

    name = "google-genai-beta"
    version = "v1beta"


SDKS = [Chat(), Responses(), Messages(), MessagesBelow(), Gemini(), GeminiBeta()]
