"""The registry's web server, on the loopback interface."""

from __future__ import annotations

import contextlib
import email.utils
import hashlib
import json
import socket
import struct
import threading
import time
import xmlrpc.client
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name

from standin.faults import Fault
from standin.registry import Registry

SIMPLE = "application/vnd.pypi.simple.v1+json"
NOTHING = Fault(path="")


def _handler(registry: Registry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            self._serve(self._get)

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self._serve(lambda path: self._post(path, body))

        def _serve(self, find):
            path = unquote(urlsplit(self.path).path)
            registry.asked.append(f"{self.command} {path}")
            registry.agents.add(self.headers.get("User-Agent", ""))
            fault = registry.faults.take(path) or NOTHING
            time.sleep(fault.delay)
            if fault.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            if fault.status:
                self._send(fault.status, "text/plain", b"injected", NOTHING, {"Retry-After": fault.retry_after})
                return
            found = self._fault(fault) if fault.xmlrpc else find(path)
            if found is None:
                self._send(404, "text/plain", b"no such thing", NOTHING, {})
                return
            media, body = found
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == tag:
                self._send(304, media, b"", NOTHING, {"ETag": tag})
                return
            self._send(200, media, body, fault, {"ETag": tag})

        def _get(self, path):
            parts = path.strip("/").split("/")
            match parts:
                case ["simple"]:
                    with registry.lock:
                        rows = [{"name": one.name, "_last-serial": one.serial} for one in registry.projects.values()
                                if one.status != "quarantined"]  # fmt: skip
                    meta = {"api-version": "1.4", "_last-serial": registry.serial}
                    return SIMPLE, json.dumps({"meta": meta, "projects": rows}).encode()
                case ["simple", name]:
                    page = registry.page(canonicalize_name(name))
                    return (SIMPLE, json.dumps(page).encode()) if page else None
                case ["files", first, rest, filename]:
                    return self._file(first + rest, filename)
                case ["integrity", name, _, filename, "provenance"]:
                    file = registry.projects[name].files.get(filename)
                    return ("application/vnd.pypi.integrity.v1+json", file.provenance) if file else None
                case ["rss", "updates.xml" | "packages.xml"]:
                    return "text/xml", self._rss()
            return None

        def _file(self, sha256, filename):
            with registry.lock:
                held = [file for one in registry.projects.values() for file in one.files.values()]
            for file in held:
                if file.sha256 == sha256 and filename == file.filename:
                    return "application/octet-stream", file.read()
                if file.sha256 == sha256 and filename == f"{file.filename}.metadata" and file.metadata:
                    return "application/octet-stream", file.metadata
            return None

        def _rss(self):
            items = "".join(
                f"<item><title>{name} {version}</title><pubDate>{email.utils.formatdate(at)}</pubDate></item>"
                for name, version, at, action, _ in registry.journal[-200:] if action == "new release"
            )  # fmt: skip
            return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()

        def _post(self, path, body):
            if path != "/pypi":
                return None
            params, method = xmlrpc.client.loads(body)
            answers = {
                "changelog_last_serial": lambda: registry.journal[-1][4] if registry.journal else registry.serial,
                "changelog_since_serial": lambda: registry.since(*params),
            }
            if method not in answers:
                fault = xmlrpc.client.Fault(-32601, f"no such method: {method}")
                return "text/xml", xmlrpc.client.dumps(fault).encode()
            answer = (answers[method](),)
            return "text/xml", xmlrpc.client.dumps(answer, methodresponse=True, allow_none=True).encode()

        def _fault(self, fault):
            return "text/xml", xmlrpc.client.dumps(xmlrpc.client.Fault(-32500, fault.xmlrpc)).encode()

        def _send(self, status, media, body, fault, headers):
            if fault.flip and body:
                body = body[:-1] + bytes([body[-1] ^ 1])
            self.send_response(status)
            self.send_header("Content-Type", media)
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(body if fault.keep < 0 else body[: fault.keep])
            self.close_connection = fault.keep >= 0

        def log_message(self, *args):
            """Stay quiet."""

        def handle(self):
            with contextlib.suppress(ConnectionError, OSError):
                super().handle()

        def finish(self):
            with contextlib.suppress(ConnectionError, OSError, ValueError):
                super().finish()

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextlib.contextmanager
def serving(registry: Registry, port: int = 0) -> Iterator[str]:
    """Serve a registry; yield its address."""
    server = _Server(("127.0.0.1", port), _handler(registry))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
