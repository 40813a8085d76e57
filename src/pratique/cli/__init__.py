"""The command line: one file per subcommand, parsing and wording only. Heavy imports wait until a command runs."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from typing import Protocol, cast

from pratique import __version__
from pratique.cli._output import complain
from pratique.cli._parser import Parser
from pratique.errors import PratiqueError

DESCRIPTION = """\
Read releases of packages and say what they can do, when that runs, and whether a human should look.
Nothing under review is ever run."""
EXIT_CODES = (
    (0, "done; a review: the highest level is clear or note"),
    (1, "could not run: no such file or project, no network, a file that cannot be read or written"),
    (2, "usage: the command's words are off"),
    (3, "nothing to review: empty requirements, a project without files, a quarantined project"),
    (10, "look: a human should look (with --exit-zero: 0)"),
    (11, "block: two independent lines of evidence for malware (with --exit-zero: 0)"),
    (12, "gained: `diff` or `lock --check` found something that was not there (`diff --exit-zero`: 0)"),
)
EXAMPLES = """\
examples:
  pratique review requests                        every file of the newest release, and what changed in it
  pratique diff requests==2.32.3 requests==2.32.4 what an upgrade gains
  pratique review ./dist/acme-1.0.tar.gz          a file on disk (never built, never unpacked)
  pratique review -r requirements.txt             what a requirements file asks for
  pratique lock && pratique lock --check          what dependencies can do, and that it stays so
  pratique explain run-downloaded-code            what a rule means, and when it is innocent
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


def build_parser() -> Parser:
    """Return the parser of the whole command line."""
    found = commands()
    listed = "\n".join(f"  {name:<14}{command.HELP}" for name, command in found.items())
    codes = "\n".join(f"  {code:>2}  {meaning}" for code, meaning in EXIT_CODES)
    epilog = f"commands:\n{listed}\n\n{EXAMPLES}\nexit codes:\n{codes}\n"
    parser = Parser(prog="pratique", description=DESCRIPTION, epilog=epilog)
    parser.add_argument("--version", action="version", version=f"pratique {__version__}")
    subparsers = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, help=argparse.SUPPRESS, prog="pratique"
    )
    for name, command in found.items():
        child = subparsers.add_parser(name, description=command.__doc__, epilog=EXAMPLES if name == "review" else "")
        command.configure(child)
        child.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code. Errors are a sentence and a hint on standard error, no traceback."""
    try:
        args = build_parser().parse_args(sys.argv[1:] if argv is None else argv)
        return int(args.run(args))
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    except PratiqueError as error:
        complain(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        complain("stopped")
    except BrokenPipeError:
        _close_output()
    except OSError as error:
        complain(": ".join(str(word) for word in (error.strerror or error, error.filename) if word))
        _close_output()
    except Exception as error:  # noqa: BLE001  whatever it is, a person reads a sentence
        if os.environ.get("PRATIQUE_TRACEBACK"):
            traceback.print_exc()
        complain(f"this is a bug in pratique: {type(error).__name__}: {error}", "PRATIQUE_TRACEBACK=1 shows where")
    return 1


def _close_output() -> None:
    """Let the interpreter flush what is left into nowhere: the reader is gone or the disk is full."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # not a file of the system
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)
