"""What the service's commands share: where the store is, and the extra that it needs."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pratique.errors import UsageError

if TYPE_CHECKING:
    from pratique.store import Store

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
