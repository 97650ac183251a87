"""A provider for the client tests: speaks all four wire dialects and answers by what it is asked.

Below `/<anything>/` it serves OpenAI's chat completions and responses, Anthropic's messages and Gemini. What it answers:
a model named `error-<status>` an error of that status, one named `cut` a stream that breaks off; JSON where JSON is
asked for; tool calls where tools are offered and the last turn is not a tool's result (two if the request says `both`);
reasoning for a model whose name begins with `reasoning`; else a text. `GET /recorded?mark=<text>` gives the bodies of
all requests so far that hold the text.
"""
from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SAMPLES = Path(__file__).resolve().parents[2] / "runtime/testkit/src/samples"
CHAT, RESPONSES, MESSAGES, GEMINI = "openai-chat", "openai-responses", "anthropic-messages", "gemini"


def dialect_of(path: str) -> str:
    """The dialect that is spoken at a path."""
    if path.endswith("/chat/completions"):
        return CHAT
    if path.endswith(("/responses", "/responses/input_tokens")):
        return RESPONSES
    if path.endswith(("/messages", "/messages/count_tokens")):
        return MESSAGES
    return GEMINI


def wants_json(dialect: str, body: dict) -> bool:
    """Whether the answer is to be JSON."""
    if dialect == CHAT:
        return (body.get("response_format") or {}).get("type", "text") != "text"
    if dialect == RESPONSES:
        return ((body.get("text") or {}).get("format") or {}).get("type", "text") != "text"
    if dialect == MESSAGES:
        return bool(body.get("output_format") or (body.get("output_config") or {}).get("format"))
    return (body.get("generationConfig") or {}).get("responseMimeType") == "application/json"


def ends_with_result(dialect: str, body: dict) -> bool:
    """Whether the last turn is a tool's result."""
    if dialect == CHAT:
        return body["messages"][-1]["role"] == "tool"
    if dialect == RESPONSES:
        return isinstance(body["input"], list) and body["input"][-1].get("type") == "function_call_output"
    if dialect == MESSAGES:
        content = body["messages"][-1]["content"]
        return isinstance(content, list) and any(block["type"] == "tool_result" for block in content)
    return any("functionResponse" in part for part in body["contents"][-1]["parts"])


def kind_of(dialect: str, model: str, body: dict) -> str:
    """Which of the samples answers a request."""
    if wants_json(dialect, body):
        return "structured"
    if body.get("tools") and not ends_with_result(dialect, body):
        return "tools" if " both " in json.dumps(body) else "tool"
    return "reasoning" if model.startswith("reasoning") else "text"


def error(dialect: str, status: int) -> dict:
    """An error in the shape of its dialect."""
    message = f"Provoked {status}."
    if dialect == MESSAGES:
        kinds = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error",
                 404: "not_found_error", 429: "rate_limit_error"}
        return {"type": "error", "error": {"type": kinds.get(status, "api_error"), "message": message}}
    if dialect == GEMINI:
        words = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
                 429: "RESOURCE_EXHAUSTED"}
        return {"error": {"code": status, "message": message, "status": words.get(status, "INTERNAL")}}
    return {"error": {"message": message, "type": "provoked", "param": None, "code": None}}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_args) -> None:
        """The tests' output is not the place for an access log."""

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        if where.path == "/recorded":
            mark = parse_qs(where.query)["mark"][0]
            with self.server.lock:
                found = [json.loads(body) for body in self.server.bodies if mark in body]
            self.whole(200, json.dumps(found).encode())
        elif where.path.endswith("/models"):
            dialect = where.path.split("/")[1]
            self.whole(200, (SAMPLES / dialect / "models.json").read_bytes())
        else:
            self.whole(404, b"{}")

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        path = urlsplit(self.path).path
        dialect, body = dialect_of(path), json.loads(raw)
        with self.server.lock:
            self.server.bodies.append(raw)
        model = body.get("model") or path.rsplit("/", 1)[-1].split(":")[0]
        if model.startswith("error-"):
            status = int(model.removeprefix("error-"))
            return self.whole(status, json.dumps(error(dialect, status)).encode())
        if path.endswith(("count_tokens", "input_tokens", ":countTokens")):
            return self.whole(200, (SAMPLES / dialect / "count.json").read_bytes())
        sample = SAMPLES / dialect / kind_of(dialect, model, body)
        if body.get("stream") or ":stream" in path:
            return self.stream(sample.with_suffix(".sse").read_bytes(), model == "cut")
        return self.whole(200, sample.with_suffix(".json").read_bytes())

    def whole(self, status: int, body: bytes) -> None:
        """Answers with a JSON document."""
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, body: bytes, is_cut: bool) -> None:
        """Answers with events, in pieces that end anywhere; half of them if the stream is to be cut."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for start in range(0, len(body) // 2 if is_cut else len(body), 53):
            piece = body[start:start + 53]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        if is_cut:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")


class Provider(ThreadingHTTPServer):
    """The provider, on a free port of its own."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.bodies: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"
