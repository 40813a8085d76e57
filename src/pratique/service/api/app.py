"""The application: routes in the order of docs/security-api.md. Every answer has an ETag; errors are one sentence."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from packageurl import PackageURL
from packaging.utils import canonicalize_name
from sqlalchemy import select

from pratique import __version__
from pratique.service.api import feeds, metrics, schemas
from pratique.service.api.access import Caller, Gate, Who, require, shown
from pratique.service.view import look
from pratique.store import Store, StoreError, tokens, verdicts
from pratique.store.tables import audit
from pratique.store.texts import clean

BEHIND = 600.0
"""Seconds that the oldest upload may wait before health says so."""
BIGGEST = 2**62
_ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": schemas.Problem, "description": "no token, or one that is not good"},
    429: {"model": schemas.Problem, "description": "too many requests"},
    503: {"model": schemas.Problem, "description": "the database does not answer"},
}
_SCOPED = _ERRORS | {403: {"model": schemas.Problem, "description": "the token lacks the scope"}}
_PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_BESIDE_TEXT: dict[int | str, dict[str, Any]] = {
    status: {"description": one["description"], "content": _PROBLEM} for status, one in _SCOPED.items()
}
"""The same, for a route whose answers are text otherwise."""
_FOUND = _ERRORS | {404: {"model": schemas.Problem, "description": "no such thing, or not for you to see"}}
_UNREADABLE: dict[int | str, dict[str, Any]] = {400: {"model": schemas.Problem, "description": "no text"}}
ORDER = ("clear", "note", "look", "block")
Number = Annotated[int, Path(ge=1, le=BIGGEST)]
Below = Annotated[int, Query(ge=0, le=BIGGEST, description="verdicts with lower numbers than this; 0: the newest")]
Limit = Annotated[int, Query(ge=1, le=200)]


def make_api(store: Store, *, anonymous: int = 120, known: int = 3000) -> FastAPI:
    """Return the application over a store; `anonymous` and `known` are requests a minute, per address and per token."""
    api = FastAPI(
        title="Pratique", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json",
        description="Reviews of every upload to a package registry. Absence of findings is no proof of harmlessness.",
    )  # fmt: skip
    api.state.gate = Gate(store, anonymous, known)
    api.middleware("http")(_tagged)
    api.exception_handler(StoreError)(_away)
    _verdicts(api, store)
    _lookups(api, store)
    _operations(api, store)
    return api


async def _tagged(request: Request, follow: Any) -> Response:
    """Give every answer an ETag and headers that keep browsers from guessing; answer 304 where nothing changed."""
    response = await follow(request)
    body = b"".join([part async for part in response.body_iterator])
    headers = dict(response.headers) | {
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'",
        "Cache-Control": "private, no-cache", "Vary": "Authorization",
    }  # fmt: skip
    if response.status_code == 200:
        headers["ETag"] = tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            headers.pop("content-length", None)
            return Response(status_code=304, headers=headers)
    return Response(body, response.status_code, headers, response.media_type)


async def _away(request: Request, error: Exception) -> Response:
    """Say that the database is away; why is in the log, and for nobody outside."""
    del request, error
    return JSONResponse({"detail": "the database does not answer"}, 503, {"Retry-After": "10"})


def _verdicts(api: FastAPI, store: Store) -> None:
    """Routes over reviews."""

    @api.get("/api/v1/verdicts", responses=_ERRORS)
    def newest(
        caller: Who, below: Below = 0, level: Annotated[schemas.Level | None, Query()] = None,
        limit: Limit = 50,
    ) -> schemas.Page:  # fmt: skip
        """List verdicts, the newest first: all with the scope `reviews`, else those that stand proven."""
        with store.read() as connection:
            found = verdicts.page(connection, below=below, levels=(level,) if level else (), limit=limit)
            seen = shown(connection, caller, found)
        after = found[-1].id if len(found) == limit else None
        return schemas.Page(verdicts=[schemas.Verdict.of(one) for one in seen], next=after)

    @api.get("/api/v1/reviews/{number}", responses=_FOUND)
    def review(caller: Who, number: Number) -> schemas.Document:
        """Return a review with its evidence. Text of packages is data: escape it wherever you show it."""
        with store.read() as connection:
            summary = verdicts.one(connection, number)
            seen = shown(connection, caller, [summary] if summary else [])
            document = verdicts.raw_document(connection, number) if seen else None
        if not seen or not isinstance(document, dict):
            raise HTTPException(404, "there is no such review, or it is not for you to see")
        if caller.name:
            with store.write() as connection:
                tokens.note(connection, caller.name, "review-read", str(number))
        return schemas.Document(verdict=schemas.Verdict.of(seen[0]), review=document)

    @api.get("/api/v1/feed.json", responses=_ERRORS)
    def feed(caller: Who, request: Request, limit: Limit = 50) -> feeds.Feed:
        """Return the newest alarms as a JSON Feed (version 1.1)."""
        with store.read() as connection:
            found = verdicts.page(connection, levels=("look", "block"), limit=limit)
            return feeds.made(str(request.base_url), shown(connection, caller, found))


def _lookups(api: FastAPI, store: Store) -> None:
    """Routes that answer about given files and releases."""

    @api.get("/api/v1/files/{sha256}", responses=_ERRORS)
    def file(caller: Who, sha256: Annotated[schemas.Sha256, Path()]) -> schemas.Answer:
        """Look up one file by its SHA-256."""
        return _answers(store, caller, [sha256])[0]

    @api.post("/api/v1/files", responses=_ERRORS | _UNREADABLE)
    def files(caller: Who, question: schemas.Question) -> schemas.Answers:
        """Look up many files at once: what an installer needs. Every hash gets an answer, `unknown` too."""
        return schemas.Answers(answers=_answers(store, caller, question.sha256))

    @api.get("/api/v1/releases", responses=_ERRORS | {422: {"description": "not the package URL of a release"}})
    def release(
        caller: Who,
        purl: Annotated[str, Query(max_length=500, pattern=r"^pkg:", examples=["pkg:pypi/requests@2.32.3"])],
    ) -> schemas.Release:
        """Return what is known of the files of a release, by its package URL."""
        try:
            asked = PackageURL.from_string(purl)
        except ValueError as error:
            raise HTTPException(422, "this is not a package URL") from error
        name = canonicalize_name(asked.name)
        with store.read() as connection:
            found = verdicts.by_release(connection, clean(asked.type, 32), name, asked.version or "")
            seen = [schemas.Verdict.of(one) for one in shown(connection, caller, found)]
        highest = max((one.level for one in seen), key=ORDER.index, default=None)
        return schemas.Release(purl=purl, known=bool(seen), level=highest, files=seen)


def _answers(store: Store, caller: Caller, hashes: list[str]) -> list[schemas.Answer]:
    with store.read() as connection:
        found = verdicts.by_hash(connection, list(dict.fromkeys(hashes)))
        seen = {one.sha256: one for one in shown(connection, caller, found.values())}
    return [_answer(sha256, seen.get(sha256)) for sha256 in hashes]


def _answer(sha256: str, found: verdicts.Summary | None) -> schemas.Answer:
    if found is None:
        return schemas.Answer(sha256=sha256, status="unknown")
    made = schemas.Verdict.of(found)
    return schemas.Answer(sha256=sha256, status="reviewed", level=made.level, review=made.id, at=made.at)


def _operations(api: FastAPI, store: Store) -> None:
    """Routes for those who run it."""

    @api.get("/api/v1/health", responses=_ERRORS)
    def health(caller: Who) -> schemas.Health:
        """Say whether uploads are reviewed in time. Open to everybody."""
        del caller
        state = look(store, shown=0)
        oldest = max(age for _, _, age in state.lanes[:2])
        return schemas.Health(status="behind" if oldest > BEHIND else "ok", cursor=state.cursor, oldest_s=oldest)

    @api.get("/metrics", responses=_BESIDE_TEXT, response_class=PlainTextResponse)
    def prometheus(caller: Who) -> PlainTextResponse:
        """Return the metrics (Prometheus text format). Scope: metrics."""
        require(caller, "metrics")
        return PlainTextResponse(metrics.render(store), media_type=metrics.MEDIA_TYPE)

    @api.get("/api/v1/audit", responses=_SCOPED)
    def log(caller: Who, limit: Limit = 100) -> list[schemas.AuditLine]:
        """Return the newest lines of the audit log. Scope: audit."""
        require(caller, "audit")
        with store.read() as connection:
            rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit)).all()
        return [schemas.AuditLine(at=row.at, who=row.who, action=row.action, target=row.target) for row in rows]


def openapi(api: FastAPI) -> str:
    """Return the OpenAPI document, as docs/schema/ holds it."""
    return json.dumps(api.openapi(), indent=2) + "\n"
