"""What every test shares: a scrubbed environment, a registry on the loopback interface, the corpora's folder."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "pratique", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("pratique")

SCRUBBED = ("PIP_", "PRATIQUE_", "GITHUB_", "GITLAB_")
SCRUBBED_NAMES = frozenset(
    {"CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "PAGER", "TERM", "XDG_CACHE_HOME"}
    | {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
)


def pytest_collection_modifyitems(config, items):
    """Skip slow tests, and those that ask the real index, unless `-m` or PRATIQUE_NETWORK=1 asks for them."""
    patient = "slow" in (config.option.markexpr or "")
    wanted = "network" in (config.option.markexpr or "") or os.environ.get("PRATIQUE_NETWORK") == "1"
    for item in items:
        if item.get_closest_marker("slow") and not patient:
            item.add_marker(pytest.mark.skip(reason="takes minutes: run with -m slow"))
        if item.get_closest_marker("network"):
            item.add_marker(
                pytest.mark.enable_socket if wanted else pytest.mark.skip(reason="asks the index: run with -m network")
            )


@pytest.fixture(autouse=True)
def _scrubbed_environment(request, monkeypatch):
    """Take away what the machine that runs the tests has set; a network test keeps it, to reach its index."""
    if request.node.get_closest_marker("network"):
        return
    for name in list(os.environ):
        if name.startswith(SCRUBBED) or name.upper() in SCRUBBED_NAMES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # pip's own way of reading no configuration file at all


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development corpora beside the checkout; tests that need it skip where it is absent."""
    place = Path(os.environ.get("PRATIQUE_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    if not place.is_dir():
        pytest.skip(f"the development corpora are not here: no folder {place}")
    return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the loopback server says once."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/octet-stream"
    headers: tuple[tuple[str, str], ...] = ()
    missing: int = 0
    """Bytes that are announced but never sent."""


@dataclass(slots=True)
class Loopback:
    """A server on 127.0.0.1 that gives scripted replies and remembers what it was asked."""

    url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """(path, headers with lower-case names)"""

    def say(self, path: str, *replies: Reply) -> str:
        """Answer requests for `path` with `replies` in turn, the last one again and again; return its address."""
        self.replies[path] = list(replies)
        return self.url + path

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            loopback.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            script = loopback.replies.get(self.path, [Reply(status=404)])
            reply = script.pop(0) if len(script) > 1 else script[0]
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            for name, value in reply.headers:
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body) + reply.missing))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = bool(reply.missing)

        def log_message(self, *args):
            """Stay quiet."""

    return Handler


@pytest.fixture
def loopback():
    """A scripted server; see `Loopback.say`."""
    script = Loopback()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield script
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def reply():
    """Make a `Reply` without importing this file."""
    return Reply
