"""Write down what each dependency can do, or check that an upgrade gains nothing that nobody allowed.

The input is a requirements file, pylock.toml, uv.lock or poetry.lock (found in this folder where none is named), or the
packages of an environment. Nothing is installed.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli._compared import Session
from pratique.cli._output import Progress, add_output_options, complain, style, write
from pratique.errors import TargetNotFound

if TYPE_CHECKING:
    from pratique.lock import Report
    from pratique.lock.inputs import Pins
    from pratique.model import Artifact
    from pratique.releases import Desk

HELP = "lock what dependencies can do, or check it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique lock`."""
    group = parser.add_argument_group("input")
    group.add_argument("input", nargs="?", default="", metavar="FILE", help="requirements or a lock file")
    group.add_argument(
        "--installed", action="append", default=[], metavar="FOLDER", help="a site-packages folder in place of a file"
    )
    group = parser.add_argument_group("lock")
    group.add_argument("--check", action="store_true", help="write nothing; fail where something was gained")
    group.add_argument("--lock", default="pratique.lock", metavar="FILE", help="the lock (default: pratique.lock)")
    group.add_argument(
        "--policy", default="pyproject.toml", metavar="FILE", help="what is allowed (default: pyproject.toml)"
    )
    group.add_argument(
        "--jobs", "-j", type=int, default=0, metavar="N", help="processes (default: one per core, at most one per file)"
    )
    output = add_output_options(parser)
    output.add_argument(
        "--format", "-f", default="text", choices=("text", "json"), help="of --check: text or json (default: text)"
    )


def run(args: argparse.Namespace) -> int:
    """Lock or check; the exit code of a check is 12 where something was gained, 1 where something was not read."""
    from pratique.ecosystems import open_ecosystem
    from pratique.lock import find, pins
    from pratique.lock.inputs import installed
    from pratique.pipeline import Options

    ecosystem, progress = open_ecosystem(), Progress()
    wanted = installed(args.installed) if args.installed else pins(ecosystem, Path(args.input or find(Path())))
    session = Session(ecosystem, Options(audience="everything"), args.jobs, progress)
    try:
        return _check(session, wanted, args) if args.check else _lock(session, wanted, args)
    finally:
        progress.done()


def _files(desk: Desk, wanted: Pins, unread: list[tuple[str, str]]) -> list[Artifact]:
    from pratique.lock.resolve import chosen

    unread += [(name, why) for name, why in wanted.refused]
    return list(chosen(desk, wanted.pins, unread))


def _lock(session: Session, wanted: Pins, args: argparse.Namespace) -> int:
    from pratique.lock import dump
    from pratique.lock.file import lock
    from pratique.lock.resolve import profiles
    from pratique.verdict import engine_digest

    desk = session.desk()
    unread: list[tuple[str, str]] = []
    made = lock(profiles(desk, _files(desk, wanted, unread), unread), engine_digest())
    args.output = args.output or args.lock
    write(dump(made), args)
    for name, why in unread:
        complain(f"not locked: {name}: {why}")
    risky = [f"{one.name} {one.version} ({one.level})" for one in made.package if one.level in {"look", "block"}]
    complain(f"{args.output}: {len(made.package)} packages" + (f"; look at {', '.join(risky)}" if risky else ""))
    return 1 if unread else 0


def _check(session: Session, wanted: Pins, args: argparse.Namespace) -> int:
    from pratique.lock import check, load, read_policy
    from pratique.lock.policy import expired
    from pratique.lock.resolve import profiles, same
    from pratique.report import gains
    from pratique.verdict import engine_digest

    path = Path(args.lock)
    try:
        held = load(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise TargetNotFound(
            f"cannot read {path}: {error.strerror or error}", hint="`pratique lock` writes it"
        ) from error
    policy = read_policy(Path(args.policy))
    for one in expired(policy):
        complain(f"{args.policy}: the allowance for {one.package} ran out on {one.until}: {one.reason}")
    if held.engine != engine_digest():
        complain(f"{path} was written by another version of pratique: what that did not see counts as gained")
    desk = session.desk()
    unread: list[tuple[str, str]] = []
    files = _files(desk, wanted, unread)
    _, others = same(held, files)
    found = list(profiles(desk, others, unread))
    asked = frozenset(pin.name for pin in wanted.pins)
    report = check(held, found, policy, asked=asked, unread=tuple(unread))
    write(gains.as_json(report) if args.format == "json" else gains.as_text(report, style(args)), args)
    return _code(report)


def _code(report: Report) -> int:
    from pratique.report.difference import GAINED

    return GAINED if report.failures else 1 if report.unread else 0
