"""The tables. Times are seconds since 1970 (UTC); texts that come from a registry are data, whatever they hold."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}
metadata = MetaData(naming_convention=NAMES)
_ID = BigInteger().with_variant(Integer, "sqlite")
APPEND_ONLY = ("events", "reviews", "findings", "capabilities", "decisions", "ledger", "picks", "audit")
"""Triggers refuse to change or delete a row of these: verdicts and decisions outlive the package (DESIGN 1.11)."""


def _table(name: str, *parts: Column[object] | UniqueConstraint | Index) -> Table:
    return Table(name, metadata, *parts)


def _id() -> Column[object]:
    return Column("id", _ID, primary_key=True, autoincrement=True)


def _text(name: str, length: int = 0, **more: object) -> Column[object]:
    return Column(name, String(length) if length else Text, nullable=False, server_default="", **more)  # type: ignore[arg-type]


def _time(name: str, **more: object) -> Column[object]:
    return Column(name, Double, nullable=False, **more)  # type: ignore[arg-type]


def _link(name: str, target: str, **more: object) -> Column[object]:
    return Column(name, _ID, ForeignKey(target), nullable=False, **more)  # type: ignore[arg-type]


events = _table(
    "events",
    _id(),
    Column("ecosystem", String(32), nullable=False),
    Column("serial", BigInteger, nullable=False),
    _text("name"),
    _text("version"),
    _text("filename"),
    _text("kind", 32),
    _text("action"),
    _time("at"),
    _time("seen_at"),
    UniqueConstraint("ecosystem", "serial", "name", "version", "action"),
    Index("ix_events_project", "ecosystem", "name", "serial"),
    Index("ix_events_kind", "kind", "at"),
)
"""What a registry's journal said, in its own words and in ours."""

cursors = _table(
    "cursors",
    Column("ecosystem", String(32), primary_key=True),
    Column("source", String(32), primary_key=True),
    Column("serial", BigInteger, nullable=False),
    _time("at"),
)
"""How far each source has been read; written with what was read, in one transaction."""

releases = _table(
    "releases",
    _id(),
    Column("ecosystem", String(32), nullable=False),
    _text("name"),
    _text("version"),
    _time("first_seen"),
    UniqueConstraint("ecosystem", "name", "version"),
)

artifacts = _table(
    "artifacts",
    _id(),
    _link("release_id", "releases.id"),
    _text("filename"),
    _text("kind", 16),
    _text("sha256", 64, index=True),
    Column("size", BigInteger, nullable=False, server_default="0"),
    _text("url"),
    _text("uploaded_at"),
    _text("provenance_url"),
    _time("announced_at"),
    _time("seen_at"),
    _text("state", 16),
    _time("state_at", server_default="0"),
    Column("kept", Boolean, nullable=False, server_default="0"),
    Column("beside", LargeBinary),
    UniqueConstraint("release_id", "filename"),
)
"""Files. `sha256` is empty until the index was asked; `state` is what the registry did to it since; `kept`: we hold
its bytes; `beside`: what it is compared with, chosen when it was found."""

jobs = _table(
    "jobs",
    _id(),
    _link("artifact_id", "artifacts.id"),
    Column("lane", Integer, nullable=False),
    _text("why", 32),
    _text("context"),
    _text("context_digest", 64),
    _text("state", 16),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("waits", Integer, nullable=False, server_default="0"),
    _time("due_at"),
    _time("lease_until", server_default="0"),
    _text("lease", 64),
    _text("worker"),
    _time("created_at"),
    _time("done_at", server_default="0"),
    _text("failure"),
    UniqueConstraint("artifact_id", "why", "context_digest"),
    Index("ix_jobs_queue", "state", "lane", "id"),
)
"""Work: pending, leased, done, parked or gone. What is pending and due is the outbox of the fleet."""

reviews = _table(
    "reviews",
    _id(),
    _link("artifact_id", "artifacts.id", index=True),
    _text("purl"),
    _text("filename"),
    _text("sha256", 64),
    _text("engine", 64),
    _text("context", 64),
    _text("level", 8),
    _text("category", 32),
    Column("score", Double, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("document", LargeBinary, nullable=False),
    _time("at"),
    _time("latency_s"),
    _time("cpu_s"),
    _time("wall_s"),
    Column("code_files", Integer, nullable=False),
    Column("cached_files", Integer, nullable=False),
    UniqueConstraint("purl", "filename", "sha256", "engine", "context"),
    Index("ix_reviews_sha256", "sha256"),
    Index("ix_reviews_level", "level", "at"),
    Index("ix_reviews_at", "at"),
)
"""One per review key (DESIGN section 3); the document is the review in msgpack, compressed."""

findings = _table(
    "findings",
    Column("review_id", _ID, ForeignKey("reviews.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    _text("rule", 64),
    _text("severity", 16),
    _text("category", 32),
    _text("trigger", 16),
    _text("target"),
    _text("fingerprint", 64),
    Index("ix_findings_rule", "rule", "review_id"),
    Index("ix_findings_fingerprint", "fingerprint"),
)

capabilities = _table(
    "capabilities",
    Column("review_id", _ID, ForeignKey("reviews.id"), primary_key=True),
    Column("capability", String(64), primary_key=True),
    Column("operand", String(64), primary_key=True),
    Column("trigger", String(16), primary_key=True),
    Index("ix_capabilities_capability", "capability", "operand"),
)
"""Distinct (capability, operand class, earliest trigger) of a review."""

facts = _table(
    "facts",
    Column("key", String(255), primary_key=True),
    Column("packed", LargeBinary, nullable=False),
    _time("at"),
)
"""Facts of one file by their key (DESIGN section 3)."""

manifests = _table(
    "manifests",
    Column("artifact_id", _ID, ForeignKey("artifacts.id"), primary_key=True),
    Column("packed", LargeBinary, nullable=False),
    _time("at"),
)
"""What joins an artifact's facts again: files, entries, problems, layers."""

decisions = _table(
    "decisions",
    _id(),
    _text("purl"),
    _text("filename"),
    _text("sha256", 64),
    _text("level", 8),
    _text("outcome", 32),
    _text("who"),
    _text("note"),
    _time("at"),
    Column("proof", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("purl", "filename", "outcome", "who"),
)
"""What people and registries did about an artifact; `proof` is false where the act alone proves nothing."""

ledger = _table(
    "ledger",
    Column("day", String(10), primary_key=True),
    _text("digest", 64),
    _text("previous", 64),
    Column("document", LargeBinary, nullable=False),
    _time("at"),
)
"""Shadow runs: one document a day, each committing to the one before."""

picks = _table(
    "picks",
    Column("day", String(10), primary_key=True),
    Column("review_id", _ID, ForeignKey("reviews.id"), primary_key=True),
)
"""Reviews with the level `clear`, drawn at random, that a person is to read."""

answers = _table(
    "answers",
    Column("key", String(64), primary_key=True),
    Column("packed", LargeBinary, nullable=False),
    _time("at"),
)
"""Pages of an index with their ETags, shared by all machines."""

hosts = _table("hosts", Column("host", String(255), primary_key=True), _time("free_at"))
"""When the next request to a host may start, for all machines together."""

tokens = _table(
    "tokens",
    _id(),
    _text("name", 64, unique=True),
    _text("digest", 64, unique=True),
    _text("scopes"),
    _time("created_at"),
    _time("expires_at", server_default="0"),
    _time("revoked_at", server_default="0"),
)

audit = _table("audit", _id(), _time("at"), _text("who", 64), _text("action", 64), _text("target"))
