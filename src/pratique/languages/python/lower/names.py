"""Dotted names: what Python provides without an import, and how names are joined."""

from __future__ import annotations

import builtins
import sys

_OLD = (
    "apply buffer cmp coerce execfile file intern long raw_input reduce reload unichr unicode xrange basestring "
    "exit quit copyright credits license help __builtins__"
)
BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("__")) | frozenset(
    ("__import__", "__build_class__", "__debug__", *_OLD.split())
)
"""Names that every module sees, those of Python 2 included: old code is read too."""

NAMESPACES = frozenset(("builtins.globals()", "builtins.locals()", "builtins.vars()"))
"""Results whose items are the variables of the place they are called from."""

CHAIN = 6
"""A name goes through at most so many call results."""
LENGTH = 300
"""Characters of a resolved name; beyond, the value counts as unresolved."""
ALTERNATIVES = 6

_REACHED = frozenset(
    [
        "os",
        "sys",
        "subprocess",
        "socket",
        "shutil",
        "builtins",
        "ctypes",
        "importlib",
        "base64",
        "marshal",
        "pickle",
        "pty",
        "platform",
        "threading",
        "tempfile",
        "urllib",
        "codecs",
        "types",
        "signal",
    ]
)
UNNAMED = frozenset(("builtins.getattr", "builtins.__import__", "importlib.import_module", "importlib.__import__"))
"""Lookups whose result, when it is not known, has no name."""
_OWN = frozenset(("asyncio.subprocess", "test.support.os", "concurrent.futures.threading"))
_STDLIB = sys.stdlib_module_names


def join(base: str, attr: str) -> str:
    """Return the name of an attribute of a resolved name.

    A standard module reached through another one (`shutil.os`, `platform.subprocess`) is that module.
    """
    if attr in _REACHED and base != attr:
        name = f"{base}.{attr}"
        if name not in _OWN and base.partition(".")[0] in _STDLIB and "(" not in base:
            return attr
        return name
    if attr == "__call__":
        return base
    if base[-1:] == "^":
        return base + attr
    if base == "builtins" and attr == "__builtins__":
        return "builtins"
    return f"{base}.{attr}"


def called(name: str) -> str | None:
    """Return the name of what a call of `name` gives, or None when it is not worth a name."""
    if not name or name[0] == "?" or name in UNNAMED or len(name) > LENGTH or name.count("()") >= CHAIN:
        return None
    return name + "()"


def is_dotted(text: object) -> bool:
    """Tell whether a folded value can be a dotted name."""
    return isinstance(text, str) and 0 < len(text) <= LENGTH and all(part.isidentifier() for part in text.split("."))


def strongest(names: list[str]) -> tuple[str, ...]:
    """Return at most `ALTERNATIVES` different names: the standard library's first, the file's own last, in order."""
    unique = list(dict.fromkeys(names))
    if len(unique) > ALTERNATIVES:
        unique.sort(key=lambda name: (name[0] == ".", name.partition(".")[0] not in _STDLIB))
    return tuple(unique[:ALTERNATIVES])
