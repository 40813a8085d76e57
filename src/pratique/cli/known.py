"""Build an index of known malware, say what is in it, and compare artifacts with it.

An index holds hashes, names of campaigns and SHA-256 of samples, never a sample's text. `pratique review --known INDEX`
lets a review use it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pratique.cli._output import Progress, add_output_options, write
from pratique.errors import NothingToReview, PratiqueError, UsageError

if TYPE_CHECKING:
    from pratique.evaluate.corpora import Source
    from pratique.known.index import Index
    from pratique.model import Match

HELP = "recognise known malware: build, look into and use an index"
BESIDE = Path("..") / "shared"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands of `pratique known`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, help=argparse.SUPPRESS)
    listed = []
    for name, help_text, fill, do in _ACTIONS:
        child = actions.add_parser(name, description=help_text[0].upper() + help_text[1:] + ".")
        fill(child)
        child.set_defaults(do=do)
        listed.append(f"  {name:<14}{help_text}")
    parser.epilog = "actions:\n" + "\n".join(listed) + "\n"


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    do: Callable[[argparse.Namespace], int] = args.do
    return do(args)


def _fill_info(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("index", metavar="INDEX")
    _output(parser)


def _info(args: argparse.Namespace) -> int:
    from pratique.known.index import find

    write(_described(find(Path(args.index)).open(), args.format), args)
    return 0


def _fill_match(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("index", metavar="INDEX")
    parser.add_argument("artifacts", nargs="+", metavar="FILE", help="sdists, wheels, eggs or zips")
    _output(parser)


def _match(args: argparse.Namespace) -> int:
    from pratique.batch import Work, review_all
    from pratique.ecosystems.pypi.filenames import describe
    from pratique.known.index import find
    from pratique.pipeline import Options

    def works() -> list[Work]:
        return [Work(artifact=describe(Path(name).name, data), data=data) for name, data in read]

    read = [(name, _bytes(name)) for name in args.artifacts]
    reviews = review_all(works(), Options(known=find(Path(args.index))))
    found = {one.artifact.filename: one.matches for one in reviews}
    write(_listed(found) if args.format == "text" else _json({"schema": "pratique-matches/1", "files": found}), args)
    return 0


def _fill_build(parser: argparse.ArgumentParser) -> None:
    _corpora(parser)
    parser.add_argument("--split", choices=("train", "dev", "all"), default="all", help="of the samples (default: all)")
    parser.add_argument(
        "--clean", choices=("A", "B", "both", "none"), default="both",
        help="which half of the benign projects (by the hash of their names) to look at; what they have is left out",
    )  # fmt: skip
    add_output_options(parser)


def _build(args: argparse.Namespace) -> int:
    from pratique.evaluate import corpora
    from pratique.evaluate.recognition import run as recognition
    from pratique.known.index import dump

    if not args.output:
        raise UsageError("an index is binary", hint="name a file with --output")
    folder = _folder(args.malware, "malware")
    samples = [one for one in corpora.malware(folder) if recognition.gold(one)]
    samples = [one for one in samples if args.split in ("all", one.item.split)]
    words = f"pack {corpora.table_digest(folder, 'labels.csv')}: {len(samples)} samples that two sources call malicious"
    steps = Progress()
    try:
        index = recognition.make(
            sorted(samples, key=lambda one: (one.date, one.item.sha256)),
            _benign(args, args.clean) if args.clean != "none" else (),
            dataset=words,
            half=args.clean,
            how=recognition.How(jobs=args.jobs, limit_s=args.seconds, say=steps.say),
            made=datetime.now(UTC).strftime("%Y-%m-%d"),
        )
    finally:
        steps.done()
    Path(args.output).write_bytes(dump(index))
    sys.stdout.write(_described(index, "text"))
    return 0


def _fill_measure(parser: argparse.ArgumentParser) -> None:
    _corpora(parser)
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="make variants of one sample in N (default: 1)"
    )
    _output(parser)


def _measure(args: argparse.Namespace) -> int:
    from pratique.evaluate import corpora
    from pratique.evaluate.recognition import run as recognition
    from pratique.evaluate.recognition.measure import measure
    from pratique.evaluate.recognition.table import render

    folder = _folder(args.malware, "malware")
    steps = Progress()
    try:
        result = measure(
            corpora.malware(folder),
            _benign(args, "both"),
            digests=(
                corpora.table_digest(folder, "labels.csv"),
                corpora.table_digest(_folder(args.benign, "benign"), "wheels.csv"),
            ),
            seen=f"wheels with at most {args.max_code:g} MB of Python, variants of one sample in {max(1, args.every)}",
            every=max(1, args.every),
            how=recognition.How(jobs=args.jobs, limit_s=args.seconds, say=steps.say),
        )
    finally:
        steps.done()
    write(render(result) if args.format == "text" else _json(result), args)
    return 0


def _corpora(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--malware", metavar="DIR", help="a pack with loader.py and labels.csv (default: ../shared/malware)"
    )
    parser.add_argument(
        "--benign", metavar="DIR", help="a list with locate.py and wheels.csv (default: ../shared/benign)"
    )
    parser.add_argument(
        "--max-code",
        type=float,
        default=2.0,
        metavar="MB",
        help="benign wheels with more Python than this are left out (default: 2)",
    )
    parser.add_argument("--jobs", "-j", type=int, default=None, metavar="N", help="processes (default: one per core)")
    parser.add_argument(
        "--seconds", type=float, default=120.0, metavar="S", help="CPU time for one artifact (default: 120)"
    )


def _output(parser: argparse.ArgumentParser) -> None:
    add_output_options(parser)
    parser.add_argument("--format", "-f", choices=("text", "json"), default="text", help="text or JSON (default: text)")


def _folder(asked: str | None, name: str) -> Path:
    place = Path(asked) if asked else BESIDE / name
    if not place.is_dir():
        raise NothingToReview(f"there is no {name} corpus in {place}", hint=f"name its folder with --{name}")
    return place


def _benign(args: argparse.Namespace, which: str) -> tuple[Source, ...]:
    from pratique.evaluate import corpora
    from pratique.evaluate.recognition.run import half

    wheels = corpora.benign(_folder(args.benign, "benign"))
    small = (one for one in wheels if one.item.py_bytes <= args.max_code * 1e6)
    return tuple(one for one in small if which in ("both", half(one.project)))


def _described(index: Index, form: str) -> str:
    from collections import Counter

    from pratique.known.index import kind_of

    kinds = Counter(kind_of(one) for one in index.exact)
    told = {
        "schema": index.schema,
        "made": index.made,
        "dataset": index.dataset,
        "benign": index.benign or "none: nothing was left out",
        "samples": len(index.samples),
        "campaigns": len({one.campaign for one in index.samples}),
        "keys": dict(sorted(kinds.items())),
        "signatures": len(index.rows),
        "removed": index.removed,
        "stale": index.stale,
    }
    if form == "json":
        return _json(told)
    lines = [f"{name:<11} {_said(value)}" for name, value in told.items() if name != "stale"]
    if index.stale:
        lines.append("made by other front ends than this engine's: code may go unrecognised; build it again")
    return "\n".join(lines) + "\n"


def _said(value: object) -> str:
    return ", ".join(f"{count} {name}" for name, count in value.items()) if isinstance(value, dict) else str(value)


def _listed(found: dict[str, tuple[Match, ...]]) -> str:
    from pratique.report.escape import plain

    lines = []
    for name, matches in found.items():
        lines.append(f"{plain(name, 120)}: {len(matches) or 'no'} match{'' if len(matches) == 1 else 'es'}")
        lines += [
            f"  {one.score:.2f} {one.method:<13} {plain(one.campaign, 60)}  sample {one.sample[:16]}"
            f"  {plain(one.where.shown, 80) or 'as a whole'}"
            for one in matches
        ]
    return "\n".join(lines) + "\n"


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise PratiqueError(f"cannot read {name}: {error.strerror or error}") from error


_ACTIONS: tuple[
    tuple[str, str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]], ...
] = (
    ("build", "build an index from a pack of samples, without what benign wheels have as well", _fill_build, _build),
    ("info", "say what an index holds", _fill_info, _info),
    ("match", "compare artifacts with an index", _fill_match, _match),
    ("measure", "measure how samples that change are recognised, and false matches", _fill_measure, _measure),
)
