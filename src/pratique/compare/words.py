"""How changes are named: in words that stay the same from release to release."""

from __future__ import annotations

import re
from functools import cache

from pratique.model import HOLE, TRIGGER_ORDER, Entry, Flow, Trigger, Use

SECRETS = frozenset({
    "ssh-key", "cloud-credential", "browser-store", "wallet", "registry-token", "messenger-token", "password-store",
    "shell-history", "env-secret", "private-key", "password", "seed", "source-tree", "user-documents",
})  # fmt: skip
"""Operand classes of what an attacker wants to have."""
CLASSES: dict[Trigger, int] = {
    "install": 0, "build": 0, "startup": 1, "import": 2, "plugin": 2, "agent": 2, "command": 3, "call": 3, "browser": 3,
    "test": 3,
}  # fmt: skip
"""A capability moves to an earlier trigger where this number falls: function → import → startup → install."""
_DESTINATIONS = ("network.", "database.", "cloud.")
_SPOKEN: dict[Trigger, str] = {
    "import": "on import", "plugin": "by its host", "agent": "by a coding agent", "command": "on command",
    "call": "when called", "browser": "in the browser", "test": "in tests",
}  # fmt: skip
_QUIET = ("fs.", "env.", "runtime.", "memory.buffer", "time.", "reflect", "host.", "process.info", "input.")
_LOUD = ("fs.write-executable", "env.write", "runtime.hook-import", "input.keyboard", "input.screen", "input.clip")
"""Of the quiet families, those that are not."""
_URL = re.compile(r"^[a-z][a-z0-9+.-]*:/{2}(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/:?#\s]+)", re.IGNORECASE)
_HOST = re.compile(r"^((?:[a-z0-9_-]+\.)+[a-z]{2,24}|(?:\d{1,3}\.){3}\d{1,3})(?=$|[:/ ])", re.IGNORECASE)
_WHOLE = re.compile(r"(?:os\.environb?(?:\.(?:items|keys|values|copy))?|printenv|env|process\.env)$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


def quiet(use: Use) -> bool:
    """Tell whether new code of this kind is in every release: reading a file, looking at the environment."""
    if use.operand in SECRETS or use.capability.startswith(_LOUD):
        return False
    return use.capability in harmless() or use.capability.startswith(_QUIET)


@cache
def harmless() -> frozenset[str]:
    """Return the authorities that capslock calls safe: gaining one says nothing."""
    from pratique.capabilities.vocabulary import vocabulary

    return frozenset(word.id for word in vocabulary().section("authority") if word.capslock == "SAFE")


def capability(use: Use) -> str:
    """Return `fs.read(ssh-key)`; what is decided at run time has no class of its own here."""
    return f"{use.capability}({use.operand})" if use.operand and use.operand != "computed" else use.capability


def connects(use: Use) -> bool:
    """Tell whether the use goes to some other machine."""
    return use.capability.startswith(_DESTINATIONS)


def host(use: Use) -> str:
    """Return the host that a use connects to, in lower case; "" where it is not constant."""
    if not connects(use) or not use.target:
        return ""
    found = _URL.match(use.target) or _HOST.match(use.target)
    name = found[1].lower() if found else ""
    return "" if HOLE in name else name


def way(flow: Flow, sink: Use) -> str:
    """Return `env.read(env-secret) → network.http`; all of the environment is `env.read(everything)`."""
    operand = "everything" if flow.source == "env.read" and _WHOLE.match(flow.source_text) else flow.source_operand
    return f"{flow.source}({operand}) → {sink.capability}" if operand else f"{flow.source} → {sink.capability}"


def telling(flow: Flow, sink: Use) -> bool:
    """Tell whether a reader wants to hear of a flow: a secret or a host's name that leaves, or code that arrives."""
    secret = flow.source_operand in SECRETS or flow.source_operand == "metadata-service"
    whole = flow.source == "env.read" and bool(_WHOLE.match(flow.source_text))
    leaves = (secret and sink.capability == "process.spawn") or (
        connects(sink) and (secret or whole or flow.source.startswith(("host.", "input.")))
    )
    arrives = sink.capability.startswith(("code.", "process.spawn", "memory.")) and (
        flow.source.startswith("network.") or flow.source in {"decoded", "package-data"}
    )
    return leaves or arrives


def destination(sink: Use) -> str:
    """Return the constant host that a sink connects to, or the code or command that it runs, else `computed`."""
    if connects(sink):
        return host(sink) or "computed"
    return sink.target if sink.target and HOLE not in sink.target else "computed"


def via(entry: Entry) -> str:
    """Return how an entry is declared, without line numbers."""
    return _DIGITS.sub("", entry.via).replace(" line ", " line").strip()


def first(triggers: tuple[Trigger, ...]) -> int:
    """Return the class of the earliest trigger."""
    return min((CLASSES[one] for one in triggers), default=3)


def spoken(trigger: Trigger) -> str:
    """Return when, in a word or two."""
    return _SPOKEN.get(trigger, f"at {trigger}")


def rank(triggers: tuple[Trigger, ...]) -> int:
    """Return the position of the earliest trigger."""
    return min((TRIGGER_ORDER.index(one) for one in triggers), default=len(TRIGGER_ORDER))
