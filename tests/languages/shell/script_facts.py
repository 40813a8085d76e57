"""Short answers about the facts of a piece of script, and what its map makes of it."""

from __future__ import annotations

from collections.abc import Callable

from pratique.capabilities.mapfile import load
from pratique.languages import for_layer
from pratique.link import Unit
from pratique.model import HOLE, Entry, Facts, File
from pratique.reach import Reader, Shipped


def facts(language: str, source: str | bytes) -> Facts:
    reader = for_layer(language)
    assert reader is not None
    return reader.read(source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source)


def calls(language: str, source: str) -> list[str]:
    """Names of all calls in order."""
    return [node.name for scope in facts(language, source).scopes for node in scope.nodes if node.op == "call"]


def argument(language: str, source: str, call: str, key: str) -> list[object]:
    """Of every call of that name: the argument's value, with its codecs if it has any; None where it is not known."""
    found: list[object] = []
    for scope in facts(language, source).scopes:
        for node in scope.nodes:
            if node.op == "call" and node.name == call:
                for arg in node.args:
                    if arg.key == key:
                        made = scope.nodes[arg.node]
                        known = made.known and not (isinstance(made.value, str) and HOLE in made.value)
                        found.append(
                            (made.value, made.codecs) if known and made.codecs else made.value if known else None
                        )
    return found


def _reader(language: str, source: str) -> Reader:
    file = File(segments=("x",), sha256="", size=len(source), kind="shell")
    entry = Entry(trigger="import", segments=("x",), via="test")
    maps: Callable[[str], object] = load
    return Reader([Unit(file=file, facts=facts(language, source))], (entry,), maps, Shipped((file,)))  # type: ignore[arg-type]


def uses(language: str, source: str) -> set[str]:
    """`capability operand` of every use that the language's map finds."""
    evidence, _ = _reader(language, source).evidence()
    return {f"{use.capability} {use.operand}".strip() for use in evidence.uses}


def flows(language: str, source: str) -> set[str]:
    """`source [operand] > sink` of every flow."""
    evidence, _ = _reader(language, source).evidence()
    return {
        f"{flow.source} {flow.source_operand}".strip() + f" > {evidence.uses[flow.sink].capability}"
        for flow in evidence.flows
    }
