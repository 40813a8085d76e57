"""What a capability is used on: the folded texts of a call's arguments, and the operand classes they fall into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pratique.capabilities import classify
from pratique.capabilities.lines import MapLine
from pratique.capabilities.mapfile import CapabilityMap
from pratique.link import Program, Ref, Values
from pratique.model import HOLE, Node

MAX_TEXTS = 24
"""Alternatives of one argument that are classified."""
_TEXT_FUEL = 400
_COMPUTED_ROLES = frozenset({"url", "host", "command", "code", "name"})


@dataclass(frozen=True, slots=True)
class Operand:
    """One operand of a use: its class, its text, and the decoders that the text came through."""

    kind: str
    text: str
    codecs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class Operands:
    """Reads arguments. Answers are kept per value."""

    def __init__(self, program: Program, values: Values, map_of: Callable[[str], CapabilityMap]) -> None:
        self._program = program
        self._values = values
        self._map_of = map_of
        self._texts: dict[Ref, tuple[tuple[str, tuple[str, ...]], ...]] = {}
        self._package_data: dict[Ref, bool] = {}

    def texts(self, ref: Ref) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the distinct strings that a value may be, each with the decoders it came through.

        A list of words is one string, joined by spaces, as a command line is read.
        """
        if ref not in self._texts:
            self._texts[ref] = ()
            self._texts[ref] = self._spell(ref)
        return self._texts[ref]

    def _spell(self, ref: Ref) -> tuple[tuple[str, tuple[str, ...]], ...]:
        node = self._program.node(ref)
        if node.known and isinstance(node.value, str) and HOLE not in node.value:
            return ((node.value, node.codecs),)
        if node.op == "pack" and node.name in ("list", "tuple"):
            words, codecs = [], []
            for arg in node.args[:64]:
                found = self.texts((ref[0], arg.node))
                words.append(found[0][0] if found else HOLE)
                codecs += found[0][1] if found else ()
            return ((" ".join(words), tuple(dict.fromkeys(codecs))),) if words else ()
        walk = self._values.walk(ref, fuel=_TEXT_FUEL)
        found: dict[str, tuple[str, ...]] = {}
        data = False
        for leaf in walk.leaves:
            made = self._program.node(leaf.ref)
            data = data or (leaf.kind == "load" and made.name.endswith("__file__"))
            if leaf.kind == "const" and (text := _as_text(made)):
                found.setdefault(text, made.codecs)
        self._package_data[ref] = data
        return tuple(found.items())[:MAX_TEXTS]

    def argument(self, scope: int, node: Node, key: str) -> Ref | None:
        """Return the value given as `key` (positional index, keyword, self, * or **), if any."""
        if key == "value":
            key = ""
        return next(((scope, arg.node) for arg in node.args if arg.key == key), None)

    def text_of(self, scope: int, node: Node) -> Callable[[str], str | None]:
        """Return the function that conditions of map lines ask: an argument's text, HOLE when unknown, None if absent."""

        def text(key: str) -> str | None:
            ref = self.argument(scope, node, key)
            if ref is None:
                return None
            found = self.texts(ref)
            made = self._program.node(ref)
            if not found and made.known:
                return str(made.value)
            return found[0][0] if found else HOLE

        return text

    def of(self, scope: int, node: Node, line: MapLine) -> tuple[Operand, ...]:
        """Return the distinct operands of a use, at least one."""
        found: dict[str, Operand] = {}
        for role in line.roles:
            if role.role in ("mode", "data", "layer"):
                continue
            for key in role.args:
                for operand in self._classify(scope, node, role.role, key):
                    kept = found.get(operand.kind)
                    if kept is None or (not kept.codecs and operand.codecs) or len(operand.text) > len(kept.text):
                        found[operand.kind] = operand
        if line.operand:
            text = next((one.text for one in found.values() if one.text), "")
            found = {line.operand: Operand(line.operand, text)}
        if len(found) > 1:
            for dull in ("", "computed"):
                if len(found) > 1:
                    found.pop(dull, None)
        return tuple(found.values()) or (Operand("", ""),)

    def _classify(self, scope: int, node: Node, role: str, key: str) -> list[Operand]:
        if key == "self":
            return self._of_receiver(scope, node, role)
        ref = self.argument(scope, node, key)
        if ref is None:
            return []
        texts = self.texts(ref)
        found = [Operand(_class_of(role, text), text, codecs, _flags(role, text)) for text, codecs in texts]
        if role == "path" and self._package_data.get(ref) and not any(one.kind for one in found):
            found = [Operand("package-data", found[0].text if found else "")]
        if not texts and role in _COMPUTED_ROLES:
            made = self._program.node(ref)
            if made.op not in ("func",):
                found = [Operand("computed", "")]
        return found

    def _of_receiver(self, scope: int, node: Node, role: str) -> list[Operand]:
        """A role given by `self` is what the receiver was made with: the path of `open(p).write` is p."""
        receiver = self.argument(scope, node, "self")
        if receiver is None:
            return []
        seen, stack, found = {receiver}, [receiver], []
        while stack and len(seen) < 32:
            at = stack.pop()
            made = self._program.node(at)
            lookup = self._map_of(self._program.language_of(at[0])).lookup_call
            name = self._values.outside(at[0], made.name) if made.op == "call" else ""
            lines = [line for line in lookup(name) if line.role(role)] if name else []
            for line in lines:
                for key in line.role(role):
                    if key != "self":
                        found += self._classify(at[0], made, role, key)
            if not lines:
                following = [(at[0], arg.node) for arg in made.args if made.op in ("phi", "call", "attr") and arg.key in ("", "self")]
                for ref in following:
                    if ref not in seen:
                        seen.add(ref)
                        stack.append(ref)
        return found


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
