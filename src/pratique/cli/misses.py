"""Compare what the registry did with what we said, and list what we let pass: candidates for the dataset.

Every quarantine, removal and lifted quarantine becomes a decision, with whether it proves anything
(`pratique store export --what decisions`).
"""

from __future__ import annotations

import argparse

from pratique.cli._output import add_output_options, write
from pratique.cli._service import NEEDED, add_store_options, need, opened

HELP = "list what the registry acted against and we let pass"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique misses`."""
    add_store_options(parser)
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Compare and list."""
    need(*NEEDED)
    from pratique.report.escape import plain
    from pratique.service import misses

    with opened(args) as store:
        found = misses.look(store)
    lines = [
        plain(f"{one.outcome:<18} {'proof' if one.proof else '-':<5} {one.level or 'unread':<6} {one.filename}")
        for one in found
    ]
    proven = sum(one.proof for one in found)
    write("".join(f"{line}\n" for line in [*lines, f"{len(found)} let pass, {proven} with proof"]), args)
    return 0
