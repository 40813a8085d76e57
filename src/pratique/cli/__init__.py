"""The command line: one file per subcommand, parsing and wording only. Heavy imports wait until a command runs."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from pratique import __version__
from pratique.errors import PratiqueError

EPILOG = """\
examples:
  pratique review requests                      every file of the newest release
  pratique review requests==2.32.3 --only wheel one release, its wheels only
  pratique review ./dist/acme-1.0.tar.gz        a file on disk (never built, never unpacked)
  pratique review -r requirements.txt           everything that a project installs
  pratique review acme --format json -o acme.json
  pratique explain run-downloaded-code          what a rule means, and when it is innocent

exit codes:
   0  clear or note          1  could not run       2  usage
   3  nothing to review     10  look               11  block       (--exit-zero turns 10 and 11 off)
"""


class Command(Protocol):
    """A module of this folder."""

    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it and return the exit code."""


def commands() -> dict[str, Command]:
    """Return the subcommands, by discovery, sorted by name."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            found[module.name] = cast("Command", importlib.import_module(f"{__name__}.{module.name}"))
    return dict(sorted(found.items()))


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="pratique",
        description="Read releases of packages and say what they can do, when that runs, and whether a human should look. "
        "Nothing under review is ever run.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"pratique {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in commands().items():
        child = subparsers.add_parser(name, help=command.HELP, description=command.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        command.configure(child)
        child.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except PratiqueError as error:
        print(f"pratique: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {error.hint}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("pratique: stopped", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"pratique: {error.strerror or error}" + (f": {error.filename}" if error.filename else ""), file=sys.stderr)
        return 1
