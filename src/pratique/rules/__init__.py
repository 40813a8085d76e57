"""Rules: one behaviour per pair of files, `<slug>.py` and `<slug>.md`, judged over Evidence.

`load()` discovers the rules of this folder; `judge(rules, evidence)` gives findings.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

import msgspec

from pratique.rules.dsl import Rule
from pratique.rules.judge import judge

__all__ = ["Rule", "judge", "load"]


@cache
def load() -> tuple[Rule, ...]:
    """Return every rule of this folder, ordered by id: the modules that declare `RULE`."""
    found: list[Rule] = []
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        rule = getattr(import_module(module.name), "RULE", None)
        if isinstance(rule, Rule):
            slug = module.name.rpartition(".")[2].replace("_", "-")
            found.append(msgspec.structs.replace(rule, id=slug))
    return tuple(sorted(found, key=lambda rule: rule.id))
