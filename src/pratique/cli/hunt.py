"""Run one rule over everything that was ever read: stored facts are judged again, no bytes are touched.

Exit code 10 where the rule holds somewhere.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli._output import Progress, add_output_options, complain, write
from pratique.cli._service import NEEDED, add_store_options, need, opened
from pratique.errors import UsageError

if TYPE_CHECKING:
    from pratique.rules import Rule
    from pratique.service.hunt import Hit

HELP = "run a rule over everything that was read"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique hunt`."""
    parser.add_argument("rule", metavar="RULE", help="a rule's name, or a file with a rule as JSON")
    group = parser.add_argument_group("work")
    group.add_argument("--jobs", "-j", type=int, default=0, metavar="N", help="processes (default: one per core)")
    group.add_argument(
        "--reread", action="store_true", help="queue what has no facts of this version, to be read again from its bytes"
    )
    group.add_argument("--format", "-f", choices=("text", "jsonl"), default="text", help="text or JSON lines")
    add_store_options(parser)
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Hunt."""
    need(*NEEDED)
    from pratique.service.hunt import Hunted, hunt, reread
    from pratique.verdict import engine_digest

    rule, own = _rule(args.rule)
    counted, lines, progress = Hunted(), [], Progress()
    with opened(args) as store:
        for hit in hunt(store, rule, counted, own=own, jobs=args.jobs or None):
            lines.append(_line(hit, args.format))
            progress.say(f"{counted.judged} judged, {len(lines)} found")
        progress.done()
        write("".join(f"{line}\n" for line in lines), args)
        complain(f"{rule.id} holds in {len(lines)} of {counted.judged} artifacts")
        if counted.unread and args.reread:
            complain(f"{reread(store, counted.unread, engine_digest())} are queued to be read again")
        elif counted.unread:
            complain(f"{len(counted.unread)} artifacts have no facts that this version reads", "--reread queues them")
    return 10 if lines else 0


def _rule(text: str) -> tuple[Rule, bool]:
    """Return the rule that is meant, and whether it is the caller's own."""
    from pratique.rules import jsonrule, load

    packaged = {rule.id: rule for rule in load()}
    if text in packaged:
        return packaged[text], False
    if not Path(text).is_file():
        raise UsageError(f"there is no rule and no file {text}", hint="`pratique rules` lists the rules")
    found = jsonrule.read(Path(text))
    if found.id in packaged:
        raise UsageError(f"{found.id} is a packaged rule", hint="give yours another id, or hunt by its name")
    return found, True


def _line(hit: Hit, form: str) -> str:
    import msgspec

    from pratique.report.escape import plain

    if form == "jsonl":
        return msgspec.json.encode({"schema": "pratique-hit/1"} | msgspec.to_builtins(hit)).decode()
    first = hit.findings[0]
    return plain(f"{hit.level:<6} {hit.filename}  {first.primary.shown}  {first.summary}")
