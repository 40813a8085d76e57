"""Make, list or revoke tokens of the HTTP API. A token's secret is shown once and kept only as a hash.

make NAME    with --scope, once or more; prints the secret
list         names, scopes, dates
revoke NAME  ends a token at once
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pratique.cli._output import add_output_options, write
from pratique.cli._service import NEEDED, add_store_options, need, opened
from pratique.errors import UsageError

if TYPE_CHECKING:
    from pratique.store import Store
    from pratique.store.tokens import Token

HELP = "make, list or revoke tokens of the HTTP API"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique token`."""
    parser.add_argument("action", choices=("make", "list", "revoke"), help="what to do")
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="whose")
    group = add_store_options(parser)
    group.add_argument(
        "--scope", action="append", default=[], metavar="SCOPE", help="make: reviews, metrics or audit (docs: security)"
    )
    group.add_argument(
        "--days", type=float, default=0.0, metavar="N", help="make: for so many days (default: for good)"
    )
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Do it."""
    need(*NEEDED)
    if args.action != "list" and not args.name:
        raise UsageError(f"{args.action} needs a NAME")
    with opened(args) as store:
        write({"make": _make, "list": _list, "revoke": _revoke}[args.action](store, args), args)
    return 0


def _make(store: Store, args: argparse.Namespace) -> str:
    from pratique.store import tokens

    with store.write() as connection:
        return tokens.make(connection, args.name, args.scope, args.days) + "\n"


def _list(store: Store, args: argparse.Namespace) -> str:
    from pratique.report.escape import plain
    from pratique.store import tokens

    del args
    with store.read() as connection:
        return "".join(f"{plain(_line(one))}\n" for one in tokens.listed(connection))


def _line(token: Token) -> str:
    until = "revoked" if token.revoked_at else f"until {_day(token.expires_at)}" if token.expires_at else "for good"
    return f"{token.name:<24} {' '.join(token.scopes):<24} made {_day(token.created_at)}, {until}"


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def _revoke(store: Store, args: argparse.Namespace) -> str:
    from pratique.store import tokens

    with store.write() as connection:
        if not tokens.revoke(connection, args.name):
            raise UsageError(f"there is no token {args.name} to revoke")
    return f"{args.name} is revoked\n"
