"""Build and keep a dataset of known malware: labels with provenance, and an encrypted vault.

Samples are read in memory and lie on disk only encrypted. What sources hold is data: nothing of it is ever run.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli._output import Steps, add_output_options, write

if TYPE_CHECKING:
    from pratique.dataset.place import Place

HELP = "build, verify and publish a dataset of known malware"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of `pratique dataset`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, help=argparse.SUPPRESS)
    listed = []
    for name, help_text, fill, do in _ACTIONS:
        child = actions.add_parser(name, description=help_text[0].upper() + help_text[1:] + ".")
        child.add_argument("--dataset", metavar="DIR", help="the dataset's folder (default: $PRATIQUE_DATASET)")
        fill(child)
        add_output_options(child)
        child.set_defaults(do=do)
        listed.append(f"  {name:<14}{help_text}")
    parser.epilog = "actions:\n" + "\n".join(listed) + "\n"


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    from pratique.dataset.place import Place, default_root

    place = Place(Path(args.dataset) if args.dataset else default_root())
    do: Callable[[argparse.Namespace, Place], int] = args.do
    return do(args, place)


def _fill_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", nargs="+", metavar="SOURCE", help="PATH or NAME=PATH; `sources` lists the names")
    parser.add_argument("--jobs", "-j", type=int, default=None, metavar="N", help="processes (default: one per core)")
    parser.add_argument(
        "--cuts", default="", metavar="DATE,DATE", help="first days of dev and test (default: 2024-01-01,2025-01-01)"
    )
    parser.add_argument(
        "--seconds", type=float, default=60.0, metavar="S", help="CPU time to read one sample (default: 60)"
    )
    parser.add_argument(
        "--read",
        choices=("all", "facts", "none"),
        default="all",
        help="what the engine does with samples: all; facts, for clusters without proposals; none",
    )


def _build(args: argparse.Namespace, place: Place) -> int:
    from pratique.dataset import build, splits, tables
    from pratique.dataset.sources import find

    named = [find(text) for text in args.source]
    cuts = splits.cuts_of(args.cuts or ",".join(splits.CUTS))
    steps = Steps()
    try:
        options = build.Options(day=_today(), jobs=args.jobs, read=args.read, seconds=args.seconds, cuts=cuts)
        summary = build.build(place, named, options, steps.say)
    finally:
        steps.done()
    write(tables.summary(place, summary), args)
    return 0


def _verify(args: argparse.Namespace, place: Place) -> int:
    from pratique.dataset import verify

    found = list(verify.faults(place))
    summary = place.load()
    said = f"{summary.labels} labels, {summary.stored} samples: " + (f"{len(found)} faults" if found else "all is well")
    write("".join(f"{line}\n" for line in (*found, said)), args)
    return int(bool(found))


def _sources(args: argparse.Namespace, place: Place) -> int:
    del place
    from pratique.dataset.sources import sources

    rows = (f"{one.NAME:<18}{one.SUMMARY}\n{'':<18}licence: {one.LICENCE}\n" for one in sources().values())
    write("".join(rows), args)
    return 0


def _fill_stats(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--svg", metavar="FILE", help="draw time, ways in and campaigns into FILE as well")
    parser.add_argument("--format", "-f", choices=("text", "json"), default="text", help="text, or JSON")


def _stats(args: argparse.Namespace, place: Place) -> int:
    import msgspec

    from pratique.dataset import lines, picture, stats, tables
    from pratique.dataset.records import Label

    place.load()
    figures = stats.count(list(lines.read(place.labels, Label)))
    if args.svg:
        lines.write_bytes(Path(args.svg), picture.draw(figures).encode())
    if args.format == "json":
        write(msgspec.json.format(msgspec.json.encode(figures), indent=1).decode() + "\n", args)
    else:
        write(tables.full(figures), args)
    return 0


def _fill_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="WHAT", help="a label's id, a purl, or the start of a SHA-256")


def _show(args: argparse.Namespace, place: Place) -> int:
    import msgspec

    from pratique.dataset import lines
    from pratique.dataset.records import Label
    from pratique.errors import TargetNotFound

    place.load()
    wanted = args.what
    found = [
        one
        for one in lines.read(place.labels, Label)
        if wanted in (one.id, one.purl) or (len(wanted) >= _SHORTEST and one.item.sha256.startswith(wanted))
    ]
    if not found:
        raise TargetNotFound(f"no label is called {wanted}", hint="a purl is like pkg:pypi/acme@1.0")
    write("".join(msgspec.json.format(msgspec.json.encode(one), indent=1).decode() + "\n" for one in found), args)
    return 0


def _fill_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="an empty or new folder")
    _add_seal(parser)


def _add_seal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seal-from", default="", metavar="DATE", help="only promise the labels of campaigns first seen since then"
    )


def _export(args: argparse.Namespace, place: Place) -> int:
    from pratique.dataset import release

    day = _today()
    hidden = release.export(place, Path(args.folder), "0 (not a release)", day, _date(args))
    write(f"{place.load().labels - len(hidden)} labels exported to {args.folder}, {len(hidden)} sealed\n", args)
    return 0


def _fill_release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("version", metavar="VERSION", help="YYYY.MM, or YYYY.MM.N")
    _add_seal(parser)


def _release(args: argparse.Namespace, place: Place) -> int:
    from pratique.dataset import release

    made = release.release(place, args.version, _today(), _date(args))
    where = place.releases / made.version
    write(
        f"release {made.version}: {made.labels} labels, {made.sealed} sealed, {len(made.files)} files\n"
        f"  {where}\n  digest sha256:{made.digest}\n",
        args,
    )
    return 0


def _fill_reveal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("version", metavar="VERSION", help="a release with sealed labels")
    parser.add_argument("file", metavar="FILE", help="where to write them (pratique-revealed/1)")


def _reveal(args: argparse.Namespace, place: Place) -> int:
    from pratique.dataset import release

    count = release.reveal(place, args.version, Path(args.file))
    write(
        f"{count} labels of release {args.version} revealed in {args.file}; each is the one that was promised\n", args
    )
    return 0


def _fill_contaminated(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--live", required=True, metavar="FILE", help="names that are on the index: one a line, or name,downloads"
    )
    parser.add_argument("--top", type=int, default=0, metavar="N", help="only the N most popular of them")


def _contaminated(args: argparse.Namespace, place: Place) -> int:
    from pratique.dataset import contaminated, lines
    from pratique.dataset.records import Label

    place.load()
    live = contaminated.live_names(Path(args.live))
    if args.top:
        live = {name: about for name, about in live.items() if about[0] <= args.top}
    found = list(contaminated.suspects(lines.read(place.labels, Label), live))
    out = [
        f"{one.rank:>8}  {one.name}  {', '.join(one.versions[:5])}{' …' if len(one.versions) > 5 else ''}"
        f"  by {', '.join(one.accusers)}{'  gold' if one.gold else ''}{'  hijacked' if one.hijack else ''}"
        for one in found
    ]
    said = f"{len(found)} of {len(live)} live names are accused"
    said += ": look at each before anyone trusts its label" if found else ""
    write("".join(f"{line}\n" for line in (*out, said)), args)
    return 0


def _date(args: argparse.Namespace) -> str:
    """Return the date of `--seal-from`. Raises UsageError."""
    from pratique.errors import UsageError

    try:
        return dt.date.fromisoformat(args.seal_from).isoformat() if args.seal_from else ""
    except ValueError as error:
        raise UsageError(f"--seal-from {args.seal_from} is no date", hint="like 2025-01-01") from error


def _nothing(parser: argparse.ArgumentParser) -> None:
    del parser


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


_SHORTEST = 8
_ACTIONS = (
    ("build", "take in sources, and bring all labels up to date", _fill_build, _build),
    ("sources", "list the layouts of sources that are known", _nothing, _sources),
    ("verify", "decrypt every sample and check it, its label, its claims, and every release", _nothing, _verify),
    ("stats", "count verdicts, ways in, behaviours, campaigns and reporters", _fill_stats, _stats),
    ("show", "print labels as JSON", _fill_show, _show),
    ("contaminated", "list accused names that are live, the most popular first", _fill_contaminated, _contaminated),
    ("export", "write everything that may be published into a folder", _fill_export, _export),
    ("release", "export for good: with a digest, a changelog and no write bit", _fill_release, _release),
    ("reveal", "show the labels that a release had sealed", _fill_reveal, _reveal),
)
