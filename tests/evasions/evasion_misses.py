"""Pairs of an evasion and a sample that the engine misses, by reason. A fix makes its test fail: drop the line here.

CI takes a part of all pairs; what is listed here is what that part misses, `report.py` prints the others.
"""

from __future__ import annotations

MISSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "layers-marshal-zlib-base64": (
        "bytecode: a list of constant words with a keyword behind it",
        ("write-a-program-and-start-it/silent",),
    ),
    "names-call-by-choice": (
        "methods of constants as values, where they fold a name that is looked up",
        ("look-up-dangerous-names-at-run-time/command",),
    ),
    "names-call-from-list": (
        "methods of constants as values, where they fold a name that is looked up",
        ("look-up-dangerous-names-at-run-time/command",),
    ),
    "placement-zipimporter": (
        "handlers of a web framework, in a module that only a loader knows: nothing here calls them",
        ("open-a-web-shell/flask",),
    ),
    "placement-imports-apart": (
        "a path of a temporary folder that is joined after its module came by a star import",
        ("run-a-downloaded-file/import",),
    ),
    "placement-run-path": (
        "commands that a setup() in a module replaces which setup.py runs by its path",
        ("run-downloaded-code/cmdclass",),
    ),
}
"""Evasion → reason and samples."""


def missed(evasion: str, sample: str) -> bool:
    """Tell whether a pair is a known miss."""
    return sample in MISSES.get(evasion, ("", ()))[1]
