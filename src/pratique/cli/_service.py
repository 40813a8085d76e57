"""What the service's commands share: where the store is, and the extra that it needs."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.errors import UsageError

if TYPE_CHECKING:
    from pratique.service.settings import Settings
    from pratique.store import Store

BROKER = "PRATIQUE_BROKER"
NEEDED = ("sqlalchemy", "alembic", "cryptography")


def add_store_options(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add where the store is; return the group."""
    group = parser.add_argument_group("store")
    group.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="a path (SQLite) or postgresql://…  (default: PRATIQUE_DATABASE, else a file in the user's data folder)",
    )
    group.add_argument(
        "--vault",
        default="",
        metavar="PLACE",
        help="a folder or s3://bucket/prefix for bytes  (default: PRATIQUE_VAULT, else beside the SQLite file)",
    )
    return group


def add_follow_options(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add which registry is followed, and how; return the group."""
    group = parser.add_argument_group("registry")
    group.add_argument(
        "--index", default="", metavar="URL", help="a Simple API (default: what pip is configured to use)"
    )
    group.add_argument(
        "--from-serial", type=int, default=None, metavar="N", help="the first time: begin after this serial"
    )
    group.add_argument("--popular", default="", metavar="FILE", help="names of projects, one a line, that go first")
    add_polite_options(group)
    return group


def add_polite_options(group: argparse._ArgumentGroup) -> None:
    """Add how the registry is treated."""
    group.add_argument(
        "--contact", default="", metavar="WHO", help="an address for the User-Agent, so that you can be reached"
    )
    group.add_argument(
        "--rate", type=float, default=10.0, metavar="N", help="requests a second to one host, of all machines (10)"
    )


def add_broker_option(parser: argparse.ArgumentParser) -> None:
    """Add where the broker is."""
    group = parser.add_argument_group("broker")
    group.add_argument(
        "--broker",
        default="",
        metavar="URL",
        help="redis://… or amqp://…  (default: PRATIQUE_BROKER, else redis://127.0.0.1:6379/0)",
    )


def settings(args: argparse.Namespace) -> Settings:
    """Return the settings that the options ask for."""
    from pratique.service.settings import Settings

    if args.rate <= 0:
        raise UsageError("--rate is a number of requests a second")
    return Settings(
        database=args.database, vault=args.vault, index=args.index, contact=args.contact, rate=args.rate,
        broker=getattr(args, "broker", "") or os.environ.get(BROKER, "") or "redis://127.0.0.1:6379/0",
    )  # fmt: skip


def named_in(place: str) -> frozenset[str]:
    """Return the canonical names of projects in a file, one a line; none without a file."""
    if not place:
        return frozenset()
    try:
        text = Path(place).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {place}: {error}") from error
    return canonical(text.splitlines())


def canonical(names: Iterable[str]) -> frozenset[str]:
    """Return the canonical forms of projects' names."""
    from packaging.utils import canonicalize_name

    return frozenset(canonicalize_name(name.strip()) for name in names if name.strip())


def need(*modules: str) -> None:
    """Raise `UsageError` where an extra is not installed."""
    absent = [name for name in modules if importlib.util.find_spec(name) is None]
    if absent:
        raise UsageError(f"the service needs {', '.join(absent)}", hint="pip install 'pratique[service]'")


@contextlib.contextmanager
def opened(args: argparse.Namespace) -> Iterator[Store]:
    """Yield the store that the options name."""
    need(*NEEDED)
    from pratique.store import open_store

    store = open_store(args.database, args.vault)
    try:
        yield store
    finally:
        store.close()
