"""The only splits there are: by time and by cluster. A random one is refused, and so is a pack whose split leaks."""

from __future__ import annotations

from collections.abc import Iterable

from pratique.errors import UsageError
from pratique.evaluate.shapes import Item

SPLITS = ("train", "dev", "all")


def chosen(name: str) -> str:
    """Return the split that was asked for. Raises UsageError, with the reason where it is a random one."""
    if name in SPLITS:
        return name
    if name.startswith(("random", "fold", "k-fold", "shuffle")):
        raise UsageError(
            "there is no random split: 93 of 100 samples of a random fifth have a near-duplicate in the rest, so that "
            "recall would measure memory",
            hint="--split train or dev: before 2024, and 2024",
        )
    raise UsageError(f"there is no split {name}", hint=f"there is {', '.join(SPLITS)}")


def check(items: Iterable[Item]) -> None:
    """Refuse rows whose split leaks: train that is later than dev, or a novel cluster that train has too.

    Raises UsageError.
    """
    rows = [item for item in items if item.corpus == "malware"]
    train = [item for item in rows if item.split == "train"]
    latest = max((item.year for item in train), default="")
    early = [item for item in rows if item.split == "dev" and item.year and item.year < latest]
    if early:
        raise UsageError(
            f"this pack is not split by time: {len(early)} dev rows are older than the latest train row",
            hint="split it by a day, and by cluster",
        )
    known = {item.group for item in train}
    leaked = [item for item in rows if item.novel and item.group in known]
    if leaked:
        raise UsageError(
            f"{len(leaked)} rows are called novel whose cluster is in train", hint="mark what is novel by cluster"
        )
