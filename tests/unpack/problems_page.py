"""Writes docs/problems.md from every `PROBLEMS` tuple of the package: `python -m tests.unpack.problems_page`."""

from __future__ import annotations

import importlib
from pathlib import Path

import pratique
from pratique.unpack.codes import render

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"


def groups():
    """Find the modules that define a `PROBLEMS` tuple, by their text: nothing else is imported."""
    root = Path(pratique.__path__[0])
    for source in sorted(root.rglob("*.py")):
        if any(line.startswith(("PROBLEMS:", "PROBLEMS =")) for line in source.read_text("utf-8").splitlines()):
            parts = source.relative_to(root.parent).with_suffix("").parts
            module = importlib.import_module(".".join(part for part in parts if part != "__init__"))
            yield ".".join(part for part in module.__name__.split(".")[1:] if part != "codes"), module.PROBLEMS


if __name__ == "__main__":
    PAGE.write_text(render(groups()), "utf-8")
