#!/usr/bin/env python3
"""Runs the tests by real clients: the official SDKs of Python and Node against the built gateway.

Starts a provider and the gateway (`DRAGOMAN_BIN`, else target/debug/dragoman, else target/release/dragoman) between
which the SDKs talk, then pytest and `node --test`. Where a tool is missing, or packages cannot be installed, the tests
that need it are reported as skipped. Ends with 0 if all that ran went well.
"""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from provider import CHAT, GEMINI, MESSAGES, RESPONSES, Provider

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KEPT = ROOT / "target/clients"
START_S = 60

# Name, type, dialect of the provider, settings of the connector.
BACKENDS = [
    ("openai-chat", "openai", CHAT, {"api": "chat"}),
    ("openai-responses", "openai", RESPONSES, {"api": "responses"}),
    ("openai-auto", "openai", RESPONSES, {"api": "auto"}),
    ("compatible", "custom", CHAT, {}),
    ("anthropic", "anthropic", MESSAGES, {}),
    ("gemini", "gemini", GEMINI, {}),
]


def config(provider: str) -> str:
    """The gateway's configuration. JSON is YAML."""
    backends = {
        name: {"backend_type": kind, "api_base_url": f"{provider}/{dialect}", "api_key_env_var": "CLIENT_TESTS_KEY",
               "settings": settings}
        for name, kind, dialect, settings in BACKENDS
    }
    backends["left-out"] = {"backend_type": "custom", "api_base_url": provider, "api_key_env_var": "CLIENT_TESTS_UNSET"}
    return json.dumps({"version": 1, "default_backend": "echo", "server": {"drain_delay": "0s"}, "backends": backends})


def binary() -> Path:
    """The gateway's binary."""
    if named := os.environ.get("DRAGOMAN_BIN"):
        return Path(named).resolve()
    for built in ("debug", "release"):
        if (path := ROOT / "target" / built / "dragoman").is_file():
            return path
    raise SystemExit("the gateway is not built: run `cargo xtask build`, or name the binary in DRAGOMAN_BIN")


def start_gateway(folder: Path, provider: str) -> tuple[subprocess.Popen, str]:
    """The gateway's process, and its base URL."""
    (folder / "dragoman.yaml").write_text(config(provider), encoding="utf-8")
    command = [binary(), "run", "--config", folder / "dragoman.yaml", "--listen", "127.0.0.1:0",
               "--admin-listen", "127.0.0.1:0"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
    process = subprocess.Popen(command, cwd=folder, env={**kept, "CLIENT_TESTS_KEY": "key-of-the-gateway"},
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    watchdog = threading.Timer(START_S, process.kill)
    watchdog.start()
    lines = []
    for line in process.stderr:
        lines.append(line)
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        fields = {**entry, **(entry.get("fields") or {})}
        if fields.get("message") == "listening":
            watchdog.cancel()
            # Read to the end, or the pipe fills up.
            log = open(folder / "log", "w", encoding="utf-8")
            threading.Thread(target=shutil.copyfileobj, args=(process.stderr, log), daemon=True).start()
            return process, f"http://{fields['address']}"
    watchdog.cancel()
    raise SystemExit("the gateway did not start:\n" + "".join(lines))


def quiet(command: list, **options) -> bool:
    """Whether a command can be started and succeeds; what it wrote is shown if not."""
    try:
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    except OSError as error:
        print(error)
        return False
    if ended.returncode:
        print(ended.stdout)
    return ended.returncode == 0


def is_current(mark: Path, wanted: str) -> bool:
    """Whether what was installed before is what is wanted now."""
    return mark.is_file() and mark.read_text(encoding="utf-8") == wanted


def python_tests(environment: dict) -> int:
    """Runs the tests by the Python SDKs."""
    home, wanted = KEPT / "venv", (HERE / "python/requirements.txt").read_text(encoding="utf-8")
    python, mark = home / "bin/python", home / "installed"
    if not is_current(mark, wanted):
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r",
                   HERE / "python/requirements.txt"]
        print("installing the Python SDKs ...", flush=True)
        if not (quiet([sys.executable, "-m", "venv", home]) and quiet(install)):
            print("skipped: python client tests (packages cannot be installed)")
            return 0
        mark.write_text(wanted, encoding="utf-8")
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", HERE / "python"]
    return subprocess.run(command, env={**environment, "PYTHONDONTWRITEBYTECODE": "1"}).returncode


def node_tests(environment: dict) -> int:
    """Runs the tests by the Node SDKs."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        print("skipped: node client tests (no node or npm)")
        return 0
    home = KEPT / "node"
    home.mkdir(parents=True, exist_ok=True)
    for path in (HERE / "node").iterdir():
        if path.is_file():
            shutil.copy(path, home / path.name)
    wanted, mark = (HERE / "node/package-lock.json").read_text(encoding="utf-8"), home / "installed"
    if not is_current(mark, wanted):
        print("installing the Node SDKs ...", flush=True)
        if not quiet([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=home):
            print("skipped: node client tests (packages cannot be installed)")
            return 0
        mark.write_text(wanted, encoding="utf-8")
    return subprocess.run([node, "--test", "--test-reporter=spec", "clients.test.mjs"], cwd=home, env=environment).returncode


def main() -> int:
    provider = Provider()
    with tempfile.TemporaryDirectory(prefix="dragoman-clients-") as folder:
        gateway, url = start_gateway(Path(folder), provider.url)
        try:
            environment = {**os.environ, "DRAGOMAN_URL": url, "PROVIDER_URL": provider.url}
            suites = {"python": python_tests, "node": node_tests}
            chosen = sys.argv[1:] or list(suites)
            codes = [suites[name](environment) for name in chosen]
        finally:
            gateway.terminate()
            gateway.wait(30)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
