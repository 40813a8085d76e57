"""What a capability is used on: the folded texts of a call's arguments, and the operand classes they fall into."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from pratique.capabilities import classify
from pratique.capabilities.lines import MapLine
from pratique.capabilities.mapfile import CapabilityMap
from pratique.link import Leaf, Program, Ref, Values, Walk
from pratique.model import HOLE, Node

MAX_TEXTS = 24
"""Alternatives of one argument that are classified."""
_TEXT_FUEL = 400
_GIVE_PATHS = frozenset({
    "pkg_resources.resource_filename", "importlib.resources.path", "importlib.resources.as_file",
})  # fmt: skip
_HOST = re.compile(r"\w+://[\w\[][\w.\[\]:@-]*\w[/:?]")
"""The start of an address whose host is known."""
_COMPUTED_ROLES = frozenset({"url", "host", "command", "code", "name"})


@dataclass(frozen=True, slots=True)
class Operand:
    """One operand of a use: its class, its text, and the decoders that the text came through."""

    kind: str
    text: str
    codecs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A folded string that an argument may be."""

    text: str
    codecs: tuple[str, ...] = ()
    """The decoders that it came through."""
    part: bool = False
    """Only a piece of the value is known to be this."""

    def spelled(self, role: str) -> str:
        """Return the text with a HOLE where more stands around it."""
        if not self.part:
            return self.text
        return f"{HOLE}/{self.text.lstrip('/')}" if role == "path" else f"{HOLE}{self.text}{HOLE}"


class Operands:
    """Reads arguments. Answers are kept per value."""

    def __init__(
        self,
        program: Program,
        values: Values,
        map_of: Callable[[str], CapabilityMap],
        is_shipped: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`is_shipped` tells whether a relative path leads to a file of the artifact from the artifact's own root."""
        self._is_shipped = is_shipped
        self._program = program
        self._values = values
        self._map_of = map_of
        self._texts: dict[Ref, tuple[Text, ...]] = {}
        self._package_data: set[Ref] = set()

    def texts(self, ref: Ref) -> tuple[Text, ...]:
        """Return the distinct strings that a value may be.

        A list of words is one string, joined by spaces, as a command line is read.
        """
        if ref not in self._texts:
            self._texts[ref] = ()
            self._texts[ref] = self._spell(ref)
        return self._texts[ref]

    def _spell(self, ref: Ref) -> tuple[Text, ...]:
        node = self._program.node(ref)
        if node.known and isinstance(node.value, str) and HOLE not in node.value:
            return (Text(node.value, node.codecs),)
        if node.op == "pack" and node.name in ("list", "tuple"):
            words: list[str] = []
            codecs: list[str] = []
            for arg in node.args[:64]:
                found = self.texts((ref[0], arg.node))
                if (ref[0], arg.node) in self._package_data:
                    self._package_data.add(ref)
                words.append(found[0].text if found else HOLE)
                codecs += found[0].codecs if found else ()
            return (Text(" ".join(words), tuple(dict.fromkeys(codecs))),) if words else ()
        if node.op == "op" and node.name == "/" and not node.known and len(node.args) == 2:
            return self._joined(ref[0], node)
        walk = self._values.walk(ref, fuel=_TEXT_FUEL)
        spelled: dict[Text, None] = {}
        for leaf in walk.leaves:
            made = self._program.node(leaf.ref)
            if leaf.kind == "load" and made.name.endswith("__file__"):
                self._package_data.add(ref)
            if leaf.kind == "const" and (text := _as_text(made)):
                one = self._within(walk, leaf, Text(text, made.codecs))
                if one is not None:
                    spelled.setdefault(one)
            elif leaf.kind == "source":
                for listed in self._fallback(leaf.ref, made):
                    one = self._within(walk, leaf, listed)
                    if one is not None:
                        spelled.setdefault(one)
                for listed in self._listed(leaf.ref, made):
                    spelled.setdefault(listed)
        return tuple(spelled)[:MAX_TEXTS]

    def _joined(self, scope: int, node: Node) -> tuple[Text, ...]:
        """`folder / name`: every folder with every name, as far as they are known."""
        left, right = (self.texts((scope, arg.node)) or (Text(HOLE),) for arg in node.args)
        found = [
            Text(f"{one.spelled('path').rstrip('/')}/{two.text.lstrip('/')}", (*one.codecs, *two.codecs))
            for one in left[:4]
            for two in right[:6]
        ]
        return tuple(dict.fromkeys(found))

    def _within(self, walk: Walk, leaf: Leaf, one: Text) -> Text | None:
        """Return a constant as it stands in the whole value; None if a longer text that is known holds it already."""
        part, before = False, leaf.ref
        for scope, ordinal in walk.chain(leaf)[1:]:
            node = self._program.scopes[scope].nodes[ordinal]
            if node.known and isinstance(node.value, str):
                if one.text in node.value or HOLE not in node.value:
                    return None
                filled = _filled(node, self._program.scopes[scope].nodes, before, scope, one.text)
                if filled:
                    one = Text(filled, (*one.codecs, *node.codecs))
                    part, before = False, (scope, ordinal)
                    continue
            part, before = part or node.op in ("op", "call", "attr", "item"), (scope, ordinal)
        return Text(one.text, one.codecs, part)

    def _fallback(self, ref: Ref, node: Node) -> tuple[Text, ...]:
        """Return the texts that a variable of the environment has where it is not set: `getenv("SHELL", "/bin/sh")`."""
        name = self._values.outside(ref[0], node.name) if node.op == "call" else ""
        lines = self._map_of(self._program.language_of(ref[0])).lookup_call(name) if name else ()
        given = self.argument(ref[0], node, "1") if any("env.read" in line.capabilities for line in lines) else None
        return self.texts(given) if given is not None else ()

    def _listed(self, ref: Ref, node: Node) -> tuple[Text, ...]:
        """Return the texts of a folder for a name that comes from listing it, which stands for what lies there.

        The same for calls that give the path of a file in a package.
        """
        name = self._values.outside(ref[0], node.name) if node.op == "call" else ""
        lines = self._map_of(self._program.language_of(ref[0])).lookup_call(name) if name else ()
        found: list[Text] = []
        for line in lines:
            if "fs.list" in line.capabilities or name in _GIVE_PATHS:
                for key in line.role("path"):
                    given = self.argument(ref[0], node, key)
                    values = () if given is None else self.made_with(given, "path") if key == "self" else (given,)
                    for value in values:
                        if value != ref:
                            found += self._globbed(ref[0], node, self.texts(value))
        return tuple(found[:MAX_TEXTS])

    def _globbed(self, scope: int, node: Node, folders: tuple[Text, ...]) -> tuple[Text, ...]:
        """Return what a folder is searched for: `folder.glob("*.pem")` gives what is so named."""
        wanted = self.argument(scope, node, "0") if node.name.endswith((".glob", ".rglob")) else None
        if wanted is None:
            return folders
        names = [one for one in self.texts(wanted)[:4] if one.text.strip("*/.")]
        known = folders or (Text(HOLE),)
        found = [replace(two, text=f"{one.text.rstrip('/')}/{two.text}") for one in known for two in names]
        return tuple(found) or folders

    def argument(self, scope: int, node: Node, key: str) -> Ref | None:
        """Return the value given as `key` (positional index, keyword, self, * or **), if any."""
        if key == "value":
            key = ""
        return next(((scope, arg.node) for arg in node.args if arg.key == key), None)

    def text_of(self, scope: int, node: Node) -> Callable[[str], str | None]:
        """Return the function that conditions of map lines ask: an argument's text, HOLE if unknown, None if absent."""

        def text(key: str) -> str | None:
            ref = self.argument(scope, node, key)
            if ref is None:
                return None
            if key == "self":
                ref = self.made_with(ref, "command")[0]  # what a process was started with
            made = self._program.node(ref)
            if made.op == "name" and not made.known:
                return made.name  # `Loader=yaml.SafeLoader`: what is named is known, though it is no text
            found = self.texts(ref)
            if not found and made.known:
                return str(made.value)
            return found[0].spelled("") if found else HOLE

        return text

    def of(self, scope: int, node: Node, line: MapLine) -> tuple[Operand, ...]:
        """Return the distinct operands of a use, at least one."""
        found: dict[tuple[str, str], Operand] = {}
        for role in line.roles:
            if role.role in ("mode", "data", "layer"):
                continue
            for key in role.args:
                for operand in self._classify(scope, node, role.role, key):
                    which = (operand.kind, operand.text if operand.kind and role.role in ("path", "env") else "")
                    kept = found.get(which)
                    if kept is None or (not kept.codecs and operand.codecs) or len(operand.text) > len(kept.text):
                        found[which] = operand
        if line.operand:
            text = next((one.text for one in found.values() if one.text), "")
            return (Operand(line.operand, text),)
        told = found.get(("", ""))
        if told is not None and _HOST.match(told.text):
            found.pop(("computed", ""), None)  # a piece of what is known to lead there
        for dull in (("", ""), ("computed", "")):
            if len(found) > 1:
                found.pop(dull, None)
        return tuple(found.values())[:MAX_TEXTS] or (Operand("", ""),)

    def _classify(self, scope: int, node: Node, role: str, key: str) -> list[Operand]:
        ref = self.argument(scope, node, key)
        if ref is None:
            return []
        if key == "self":
            made = self.made_with(ref, role)
            return [one for value in made for one in self._operands_of(value, role, (scope, node))]
        return self._operands_of(ref, role)

    def _operands_of(self, ref: Ref, role: str, search: tuple[int, Node] | None = None) -> list[Operand]:
        """Return the operands that a value gives in a role, where it is searched by the names that are looked for."""
        texts = self._globbed(*search, self.texts(ref)) if search else self.texts(ref)
        found = []
        for one in texts:
            text = one.spelled(role)
            found.append(Operand(_class_of(role, text), text, one.codecs, _flags(role, text)))
        if ref in self._package_data:
            shipped = Operand("package-data", found[0].text if found else "")
            if role == "path" and not any(one.kind for one in found):
                return [shipped]
            if role == "command":
                return [*found, shipped]
        if role == "path":
            # a source archive is built with its root as the current folder (PEP 517)
            found = [
                replace(one, kind="package-data") if not one.kind and self._is_shipped(one.text) else one
                for one in found
            ]
        if not texts and role in _COMPUTED_ROLES and self._program.node(ref).op != "func":
            return [Operand("computed", "")]
        return found

    def made_with(self, ref: Ref, role: str) -> list[Ref]:
        """Return the values that a receiver was given in that role: the path of `open(p).write` is p.

        Where no call that made it has the role, the receiver itself plays it (`Path(p).read_text`).
        """
        seen, stack, found = {ref}, [ref], []
        while stack and len(seen) < 32:
            at = stack.pop()
            made = self._program.node(at)
            name = self._values.outside(at[0], made.name) if made.op == "call" else ""
            lookup = self._map_of(self._program.language_of(at[0])).lookup_call
            keys = {key for line in (lookup(name) if name else ()) for key in line.role(role) if key != "self"}
            given = [(at[0], arg.node) for arg in made.args if arg.key in keys]
            found += given
            if not given and made.op in ("phi", "call", "attr"):
                for arg in made.args:
                    step = (at[0], arg.node)
                    if arg.key in ("", "self") and step not in seen:
                        seen.add(step)
                        stack.append(step)
        return found or [ref]


def _filled(node: Node, nodes: tuple[Node, ...], given: Ref, scope: int, text: str) -> str:
    """Return a text with the hole filled that stands for the value given; "" where that is not known."""
    holes = str(node.value).split(HOLE)
    at = 0 if len(holes) == 2 else -1
    if at < 0 and node.name == "f":
        left = [arg.node for arg in node.args if not nodes[arg.node].known]  # what is known is in the text already
        at = left.index(given[1]) if len(left) == len(holes) - 1 and scope == given[0] and given[1] in left else -1
    if at < 0 or (HOLE in text and len(holes) == 2):
        return ""
    return HOLE.join((*holes[:at], holes[at] + text + holes[at + 1], *holes[at + 2 :]))


def _as_text(node: Node) -> str:
    if isinstance(node.value, bytes):
        return node.value[:4096].decode("latin-1")
    return node.value[:65536] if isinstance(node.value, str) else ""


def _class_of(role: str, text: str) -> str:
    if role in ("url", "host"):
        return classify.url(text) or ("computed" if text.strip(HOLE) == "" else "")
    if role == "path":
        return classify.path(text)
    if role == "command":
        return classify.command(text) or ("computed" if text.strip(HOLE + " ") == "" else "")
    if role == "env":
        return classify.env(text)
    return "computed" if text.strip(HOLE) == "" else ""


def _flags(role: str, text: str) -> tuple[str, ...]:
    return classify.command_flags(text) if role == "command" else ()
