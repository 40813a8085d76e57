"""Bytes to a tree of files: in memory, budgeted, every byte of a container accounted for. Never raises on bad data.

`open_artifact` reads any container that a registry serves, `open_folder` a source folder. Both return a `Tree`: its
`files`, what was wrong (`problems`, see docs/problems.md), what it cost (`spent`), where every byte belongs
(`accounts`), and `read(file)`, which inflates again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pratique.model import Budget
from pratique.unpack.codes import PROBLEMS
from pratique.unpack.ledger import Account, Ledger, Range
from pratique.unpack.tree import Refused, Tree

if TYPE_CHECKING:
    from pratique.unpack.site import Work

DEFAULT = Budget()
__all__ = ["DEFAULT", "PROBLEMS", "Account", "Range", "Refused", "Tree", "open_artifact", "open_folder"]


def open_artifact(data: bytes, filename: str, budget: Budget = DEFAULT) -> Tree:
    """Open an artifact's bytes. The format is decided by the content; `filename` is only compared with it."""
    from pratique.unpack.formats import HEAD, TAIL, Probe, leading, lurking, promised
    from pratique.unpack.site import Work
    from pratique.unpack.tree import Box

    ledger = Ledger(budget, len(data))
    work = Work(ledger, filename)
    if len(data) > budget.compressed:
        ledger.problem("budget-compressed", (), f"{len(data)} bytes")
        return _tree(work)
    head = data[:HEAD]
    found = leading(head)
    found += tuple(name for name, _ in lurking(Probe(head, data[-TAIL:], len(data))) if name not in found)
    if not found:
        ledger.problem("not-an-archive", ())
        return _tree(work)
    wanted = promised(filename)
    if wanted and wanted[0] not in found:
        ledger.problem("extension-mismatch", (), f"named as {wanted[0]}, is {' and '.join(found)}")
    work.open(work.shelf.add(Box(data=data)), (), found)
    inner = {account.format for account in ledger.accounts if not account.segments}
    if wanted[1:] == ("tar",) and wanted[0] in found and "tar" not in inner:
        ledger.problem("extension-mismatch", (), f"named as tar in {wanted[0]}, holds something else")
    work.drain()
    if not work.files:
        worse = any(problem.severity in ("odd", "hostile") for problem in ledger.problems)
        ledger.problem("nothing-read" if worse else "empty-archive", ())
    return _tree(work)


def open_folder(path: Path, budget: Budget = DEFAULT) -> Tree:
    """Open a folder on disk. Nothing is followed out of it; version control folders are reported, not entered."""
    from pratique.unpack.folder import walk_folder
    from pratique.unpack.site import Site, Work
    from pratique.unpack.tree import Box

    ledger = Ledger(budget, 0)
    ledger.limited = False
    work = Work(ledger, path.name)
    site = Site(work, work.shelf.add(Box(data=b"")), (), "folder")
    site.survey(lambda site: walk_folder(site, path))
    work.drain()
    if not work.files:
        ledger.problem("empty-archive", ())
    return _tree(work)


def _tree(work: Work) -> Tree:
    return Tree(
        files=tuple(work.files.values()),
        problems=work.ledger.close(),
        spent=work.ledger.spent,
        accounts=tuple(work.ledger.accounts),
        parts=work.parts,
        shelf=work.shelf,
        budget=work.ledger.budget,
    )
