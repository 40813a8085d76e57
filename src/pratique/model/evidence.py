"""Evidence: what the artifact can do, when it runs, where values travel, and what could not be read."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from pratique.model.tree import Problem

Trigger = Literal[
    "install", "build", "startup", "import", "plugin", "agent", "command", "call", "browser", "test"
]  # fmt: skip
TRIGGER_ORDER: tuple[Trigger, ...] = (
    "install", "build", "startup", "import", "plugin", "agent", "command", "call", "browser", "test",
)  # fmt: skip
"""Earliest first: what runs with the least consent of the person who installs."""
UNATTENDED: frozenset[Trigger] = frozenset({"install", "build", "startup", "import", "plugin", "agent"})
ON_USE: frozenset[Trigger] = frozenset({"command", "call", "browser", "test"})
ALL_TRIGGERS: frozenset[Trigger] = UNATTENDED | ON_USE
Certainty = Literal["direct", "transitive", "assumed"]
"""direct: in a body that the trigger itself runs · transitive: through resolved calls · assumed: through a guess."""


def earliest(triggers: tuple[Trigger, ...]) -> Trigger:
    """Return the trigger that needs the least consent; `call` when there is none."""
    return min(triggers, key=TRIGGER_ORDER.index, default="call")


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """The one type for every kind of place."""

    segments: tuple[str, ...]
    """Member names from the artifact inwards; a decoded layer is a segment `<layer 1: base64+zlib>`."""
    line: int = 0
    """1-based; 0: the file as a whole."""
    col: int = 0
    symbol: str = ""
    """Qualified name of the enclosing definition, "" at module level."""

    @property
    def shown(self) -> str:
        """`a.whl!/b.zip!/c.py:12`, not yet escaped for a terminal."""
        place = "!/".join(self.segments)
        return f"{place}:{self.line}" if self.line else place


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a path or flow, in words, with its place."""

    where: Where
    text: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A way in: something that runs code of the artifact."""

    trigger: Trigger
    segments: tuple[str, ...]
    """The file that runs."""
    symbol: str = ""
    """The function that runs, "" for the whole module body."""
    via: str
    """In words: `setup.py`, `.pth line 3`, `console script acme`, `cmdclass install`."""
    where: Where | None = None
    """Where it is declared, if not the file itself."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A capability exercised at one place."""

    id: int
    """Position in `Evidence.uses`."""
    capability: str
    operand: str = ""
    """Operand class such as `ssh-key`, `chat-webhook`, `shell`; "" when unknown or unremarkable."""
    target: str = ""
    """The operand's text as far as it folds (path, URL, command), capped; may contain HOLE."""
    api: str
    """Resolved name of what is called or loaded."""
    where: Where
    scope: str
    """Identity of the enclosing scope, for `within="function"`."""
    triggers: tuple[Trigger, ...]
    """Every trigger that reaches it, earliest first."""
    entries: tuple[int, ...]
    """Indexes of the entries that reach it (capped groups), for `within="path"`."""
    path: tuple[Step, ...]
    """Shortest path from the earliest trigger."""
    others: int = 0
    """How many other entries reach it."""
    certainty: Certainty = "direct"
    traits: tuple[str, ...] = ()
    """encoded, layered, obfuscated, gated-host, gated-time, gated-locale, gated-ci, hidden-from-view, silenced …"""


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A source value that reaches a sink."""

    source: str
    """Capability of the source (`env.read`, `fs.read` …), or `param`, `decoded`, `package-data`, `input`, or
    `intercepted`: what passes through a function that took the place of an outside one, or `swapped`: a constant in the
    place of what the caller gave."""
    source_operand: str = ""
    source_text: str = ""
    """The variable, path or parameter name it starts from."""
    source_where: Where
    sink: int
    """Id of the Use that receives it."""
    sink_arg: str = ""
    """Which argument: data, url, command, code, path."""
    steps: tuple[Step, ...]
    certainty: Certainty = "direct"
    traits: tuple[str, ...] = ()
    """Of the way itself, beside those of the sink: `new` where the base has no such flow."""


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """What was not read, and why."""

    kind: Literal["opaque", "unresolved", "refused"]
    reason: str
    where: Where
    triggers: tuple[Trigger, ...] = ()
    """What runs it, if anything is known to."""


ChangeKind = Literal["added", "removed", "changed", "earlier", "differs"]
"""earlier: what was there already now runs at an earlier trigger · differs: not from a base, but from the other files
of the same release or from what the index tells of it."""
ChangeTopic = Literal[
    "entry", "secret", "capability", "flow", "host", "destination", "opaque", "file", "function", "dependency",
    "metadata",
]  # fmt: skip
CHANGE_TOPICS: tuple[ChangeTopic, ...] = get_args(ChangeTopic)
"""In the order in which a reader wants them."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A difference against a base release or a sibling file."""

    kind: ChangeKind
    topic: ChangeTopic
    subject: str
    """What differs, in words that stay the same from release to release: `network.http(chat-webhook)`."""
    before: str = ""
    after: str = ""
    where: Where
    """In the new release; of something that is gone, in the base."""
    triggers: tuple[Trigger, ...] = ()
    """What runs it in the new release, earliest first; () where nothing is known to or where it is gone."""
    certainty: Certainty = "direct"
    path: tuple[Step, ...] = ()
    """Shortest path from the earliest trigger."""


DEPENDENCY_MARKS = frozenset({"new", "young", "rare", "unused", "direct", "absent", "imitates"})


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a release that this one asks installers for. It was reviewed as any artifact is."""

    name: str
    """Canonical name."""
    requirement: str
    """As declared."""
    version: str = ""
    """The release that was reviewed, "" for none."""
    marks: tuple[str, ...] = ()
    """new: the base does not ask for it · young: its project is days old · rare: it has one release or two · unused:
    nothing here imports it · direct: from an address in place of the index · absent: the index has no such project ·
    imitates: its name is nearly that of a popular project."""
    level: str = ""
    """Its own verdict, "" where it was not reviewed."""
    reasons: tuple[str, ...] = ()
    """Why, most important first."""
    modules: tuple[str, ...] = ()
    """Top-level names that it installs, where it was read."""
    where: Where


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Likeness to a known malicious sample."""

    campaign: str
    sample: str
    """SHA-256 of the sample's artifact."""
    method: str
    """artifact, file, code, function, indicator, behaviour: equal · code-like, function-like: similar."""
    score: float
    """0 to 1."""
    where: Where
    """What is alike; without segments, the artifact as a whole."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that rules may look at. An absent part is empty, and an empty part makes a condition false."""

    entries: tuple[Entry, ...] = ()
    uses: tuple[Use, ...] = ()
    flows: tuple[Flow, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    changes: tuple[Change, ...] = ()
    matches: tuple[Match, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    context: tuple[tuple[str, str], ...] = ()
    """Declared facts: `("name", "acme")`, `("kind", "wheel")`, `("summary", …)`."""
