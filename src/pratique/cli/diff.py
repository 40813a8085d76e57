"""Say what the second of two artifacts does that the first does not: two releases, two files, sdist and wheel."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli._compared import Session
from pratique.cli._output import Progress, add_output_options, style, write
from pratique.errors import NothingToReview, UsageError

if TYPE_CHECKING:
    from pratique.ecosystems import Target
    from pratique.model import Artifact

HELP = "compare two releases or two files"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique diff`."""
    group = parser.add_argument_group("input")
    group.add_argument("before", metavar="BEFORE", help="NAME==VERSION or the path of a file")
    group.add_argument("after", metavar="AFTER", help="NAME==VERSION or the path of a file")
    group.add_argument(
        "--only", default="", metavar="KIND", help="sdist or wheel, where a release has both (default: wheel)"
    )
    output = add_output_options(parser)
    output.add_argument("--format", "-f", default="text", choices=("text", "json"), help="text or json (default: text)")
    group = parser.add_argument_group("judgement")
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 also where something was gained")


def run(args: argparse.Namespace) -> int:
    """Compare; the exit code is 12 where AFTER gained something or does it earlier."""
    from pratique.ecosystems import open_ecosystem
    from pratique.pipeline import Options
    from pratique.report import difference

    ecosystem, progress = open_ecosystem(), Progress()
    targets = ecosystem.parse([args.before, args.after], args.only)
    if any(target.kind == "folder" for target in targets):
        raise UsageError("a folder has no release to compare", hint="give two files, or NAME==VERSION")
    session = Session(ecosystem, Options(audience="everything"), 0, progress)
    try:
        before, after = (_one(session, target, args.only) for target in targets)
        found = session.compared(before, after)
    finally:
        progress.done()
    made = difference.as_json(found) if args.format == "json" else difference.as_text(found, style(args))
    write(made, args)
    return 0 if args.exit_zero or not difference.gains(found) else difference.GAINED


def _one(session: Session, target: Target, only: str) -> tuple[Artifact, bytes]:
    """Return the one file that a word means: of a release its wheel, or its sdist where there is no wheel."""
    if target.kind == "file":
        path = Path(target.path)
        data = path.read_bytes()
        return session.ecosystem.describe(path.name, data), data
    files = session.ecosystem.release(target).artifacts
    chosen = [file for file in files if file.kind == (only or "wheel")] or list(files)
    if not chosen:
        raise NothingToReview(f"{target.text} has no file")
    session.say(f"fetching {chosen[0].filename}")
    return chosen[0], session.ecosystem.fetch(chosen[0])
