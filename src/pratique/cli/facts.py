"""Write the frozen facts of an artifact, or judge stored ones again without its bytes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pratique.cli._output import add_output_options, style, write
from pratique.errors import PratiqueError, UsageError

HELP = "write or judge frozen facts"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique facts`."""
    group = parser.add_argument_group("input")
    group.add_argument("artifact", nargs="?", default="", metavar="FILE", help="an sdist, wheel, egg or zip to read")
    group.add_argument("--replay", default="", metavar="FACTS", help="judge facts written earlier, by today's rules")
    output = add_output_options(parser)
    output.add_argument("--format", "-f", default="text", metavar="NAME", help="of --replay: text or json")


def run(args: argparse.Namespace) -> int:
    """Freeze a file's facts into --output (msgpack, pratique-facts/1), or replay them."""
    if bool(args.artifact) == bool(args.replay):
        raise UsageError("give either a file to read or --replay FACTS", hint="pratique facts acme.whl -o acme.facts")
    return _replay(args) if args.replay else _freeze(args)


def _freeze(args: argparse.Namespace) -> int:
    from pratique import frozen
    from pratique.ecosystems.pypi.filenames import describe
    from pratique.pipeline import Options, freeze
    from pratique.reading import Desk
    from pratique.unpack import open_artifact

    if not args.output:
        raise UsageError("facts are binary", hint="name a file with --output")
    data = _bytes(args.artifact)
    path = Path(args.artifact)
    facts, _ = freeze(describe(path.name, data), open_artifact(data, path.name), Options(), Desk())
    packed = frozen.dump(facts)
    try:
        Path(args.output).write_bytes(packed)
    except OSError as error:
        raise PratiqueError(f"cannot write {args.output}: {error.strerror or error}") from error
    print(f"{len(facts.units)} files and layers, {len(packed):,} bytes of facts: {args.output}", file=sys.stderr)
    return 0


def _replay(args: argparse.Namespace) -> int:
    from pratique import frozen
    from pratique.cli.review import EXIT_CODES
    from pratique.pipeline import Options, judge_frozen
    from pratique.report import check, render

    check(args.format)
    found = judge_frozen(frozen.load(_bytes(args.replay)), Options())
    write(render(args.format, [found], style(args)), args)
    return EXIT_CODES[found.queued]


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise PratiqueError(f"cannot read {name}: {error.strerror or error}") from error
