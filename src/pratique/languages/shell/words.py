"""Words of a script to values: quoting, expansions, substitutions, splitting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tree_sitter import Node as Tree

from pratique.languages.shell.expand import MAX_FIELDS, braces, escapes, operated, parameter, unescaped, unquoted
from pratique.languages.shell.graph import MAX_VALUE, Graph, Place, Steps

if TYPE_CHECKING:
    from pratique.languages.shell.redirects import Redirections as Script

SUBSTITUTED = "<("
"""Name of the node that stands for a process substitution, whose file holds what commands print."""
_CONSTANTS = {"HOME": "~", "IFS": " \t\n", "OLDPWD": ".", "PWD": ".", "SHELL": "sh", "BASH": "bash", "TMPDIR": "/tmp"}  # noqa: S108
_SPECIAL = re.compile(r"[#?$!-]|\d+|[@*]")
_BLANK = re.compile(r"[ \t\n]+")
MAX_TEXT = 1 << 20


class Piece:
    """Part of a word: a value, and whether white space in it ends the word."""

    __slots__ = ("node", "splits")

    def __init__(self, node: int, *, splits: bool = False) -> None:
        self.node = node
        self.splits = splits


def fields(script: Script, tree: Tree) -> Steps:
    """Return the values of one word: usually one, more after splitting and braces, none for nothing."""
    graph, at = script.graph, script.place(tree)
    pieces: list[Piece] = yield pieces_of(script, tree)
    if any(piece.splits for piece in pieces):
        return split(graph, pieces, at)
    if len(pieces) == 1 and tree.type == "word" and "{" in (text := graph.text(pieces[0].node)):
        return [graph.const(one, at) for one in braces(text)]
    if tree.type == "concatenation" and b"{" in (tree.text or b"")[:MAX_TEXT]:
        whole = graph.whole(value := graph.join([piece.node for piece in pieces], at))
        if whole is not None and "{" in whole and len(spelled := braces(whole)) > 1:
            return [graph.const(one, at) for one in spelled]
        return [value]
    return [graph.join([piece.node for piece in pieces], at)] if pieces else [graph.const("", at)]


def word(script: Script, tree: Tree) -> Steps:
    """Return one value for a word, however many fields it would split into."""
    pieces: list[Piece] = yield pieces_of(script, tree)
    at = script.place(tree)
    return script.graph.join([piece.node for piece in pieces], at) if pieces else script.graph.const("", at)


def words(script: Script, trees: Iterable[Tree]) -> Steps:
    """Return one value for each of some words."""
    found: list[int] = []
    for tree in trees:
        value = yield word(script, tree)
        found += [] if value is None else [value]
    return found


def split(graph: Graph, pieces: list[Piece], at: Place) -> list[int]:
    """Split at the white space of unquoted expansions, as far as their texts are known."""
    done: list[int] = []
    current: list[int] = []
    for piece in pieces:
        text = graph.whole(piece.node) if piece.splits else None
        if text is None:
            current.append(piece.node)
            continue
        if text and not _BLANK.search(text):
            current.append(piece.node)
            continue
        codecs = graph.codecs([piece.node])
        for index, part in enumerate(_BLANK.split(text)[:MAX_FIELDS]):
            if index and current:
                done.append(graph.join(current, at))
                current = []
            if part:
                current.append(graph.const(part, at, codecs))
    if current:
        done.append(graph.join(current, at))
    return done


def pieces_of(script: Script, tree: Tree) -> Steps:
    """Return the pieces of a word, in order."""
    reader = _READERS.get(tree.type)
    if reader is not None:
        return (yield reader(script, tree))
    graph, at = script.graph, script.place(tree)
    if not tree.named_child_count:
        text = script.text(tree)
        return [Piece(graph.const(unescaped(text.lstrip("\n")), at))]
    found = yield words(script, tree.named_children)
    return [Piece(graph.add("op", tree.type, [("", one) for one in found], at))]


def _concatenation(script: Script, tree: Tree) -> Steps:
    found: list[Piece] = []
    end = tree.start_byte
    for child in tree.children:
        if child.start_byte > end:  # what the grammar leaves out between two parts
            gap = unescaped(script.slice(end, child.start_byte))
            found.append(Piece(script.graph.const(gap, script.place(child))))
        more = yield pieces_of(script, child)
        found += more or ()
        end = child.end_byte
    return found


def _string(script: Script, tree: Tree) -> Steps:
    """`"…"` and here-documents: literal text between expansions."""
    graph = script.graph
    found: list[int] = []
    start = tree.start_byte + (tree.type == "string")
    end = tree.end_byte - (tree.type == "string" and tree.end_byte > tree.start_byte + 1)
    at = script.place(tree)
    for child in tree.named_children:
        if child.type in ("string_content", "heredoc_content"):
            continue
        if child.start_byte > start:
            found.append(graph.const(unquoted(script.slice(start, child.start_byte)), at))
        value = yield word(script, child)
        if value is not None:
            found.append(value)
        start = child.end_byte
    if end > start or not found:
        found.append(graph.const(unquoted(script.slice(start, end)), at))
    return [Piece(graph.join(found, at))]


def _raw(script: Script, tree: Tree) -> Steps:
    yield from ()
    return [Piece(script.graph.const(script.text(tree)[1:-1], script.place(tree)))]


def _ansi(script: Script, tree: Tree) -> Steps:
    yield from ()
    text, codecs = escapes(script.text(tree)[2:-1])
    return [Piece(script.graph.const(text, script.place(tree), codecs))]


def _translated(script: Script, tree: Tree) -> Steps:
    for child in tree.named_children:
        return (yield pieces_of(script, child))
    return []


def _simple(script: Script, tree: Tree) -> Steps:
    yield from ()
    return [Piece(variable(script, script.text(tree).lstrip("$"), script.place(tree)), splits=True)]


def variable(script: Script, name: str, at: Place) -> int:
    """Return the value of a variable as of here."""
    graph, book = script.graph, script.book
    if name in graph.env:
        return graph.env[name]
    if _SPECIAL.fullmatch(name):
        return _special(script, name, at)
    if name in book.globals:
        return graph.add("name", f".{name}", (), at)
    if name in book.assigned and name.islower():
        return graph.const("", at)  # variables of the environment are in capitals
    if name in _CONSTANTS:
        return graph.const(_CONSTANTS[name], at)
    asked = graph.const(name, at)
    return graph.call("shell.env", [("0", asked)], at)


def _special(script: Script, name: str, at: Place) -> int:
    graph = script.graph
    if name in "@*":
        given = [graph.env[one] for one in map(str, range(1, 10)) if one in graph.env]
        return graph.join(given, at, " ") if given else graph.add("name", "shell.arguments", (), at)
    if name == "0":
        return graph.add("name", "shell.script", (), at)
    if name.isdigit():
        return graph.add("name", "shell.arguments", (), at)
    return graph.add("op", f"${name}", (), at)


def _expansion(script: Script, tree: Tree) -> Steps:
    """`${…}`, with its operators applied where everything is known."""
    graph, at = script.graph, script.place(tree)
    inner: list[int] = yield words(script, [child for child in tree.named_children if child.type in _OPERANDS])
    prefix, name, index, rest = parameter(script.slice(tree.start_byte + 2, tree.end_byte - 1))
    if not name:
        return [Piece(graph.add("op", "${", [("", one) for one in inner], at), splits=True)]
    value = variable(script, name, at)
    value = _element(graph, value, index, at) if index else value
    if prefix == "!":
        pointed = graph.whole(value)
        value = variable(script, pointed, at) if pointed and pointed.isidentifier() else value
    if prefix == "#":
        text = graph.whole(value)
        if text is not None and not rest:
            return [Piece(graph.const(str(len(text)), at))]
        return [Piece(graph.add("op", "#", [("", value)], at))]
    if not rest:
        return [Piece(value, splits=True)]
    return [Piece(_with_operator(script, name, value, rest, inner, at), splits=True)]


def _with_operator(script: Script, name: str, value: int, rest: str, inner: list[int], at: Place) -> int:
    graph = script.graph
    if re.match(r":?[-=+]", rest):
        operand = rest.lstrip(":")[1:]
        default = graph.join(inner, at) if inner else graph.const(_plain(operand), at)
        assigned = name in graph.env
        if assigned and graph.whole(value):
            return default if "+" in rest[:2] else value
        chosen = graph.phi((value, default), at)
        if "=" in rest[:2]:
            graph.env[name] = chosen
        return chosen
    text = graph.whole(value)
    operand = rest
    if inner and "$" in rest:
        texts = [graph.whole(one) for one in inner]
        pattern = re.compile(r"\$\{?\w+\}?|\$\([^)]*\)|\"[^\"]*\"")
        if all(one is not None for one in texts) and len(pattern.findall(rest)) == len(texts):
            known = iter(one or "" for one in texts)
            operand = pattern.sub(lambda _: next(known), rest)
    made = operated(text, operand) if text is not None else None
    if made is not None and len(made) <= MAX_VALUE:
        codecs = graph.codecs([value, *inner])
        return graph.const(made, at, tuple(dict.fromkeys((*codecs, "computed"))) if made != text else codecs)
    return graph.add("op", "${", [("", value), *(("", one) for one in inner)], at)


def _plain(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else unescaped(text)


def _element(graph: Graph, value: int, index: str, at: Place) -> int:
    """Return an element of an array, or all of them, joined."""
    made = graph.node(value)
    if made.op != "pack":
        return value
    members = [arg.node for arg in made.args]
    inside = index[1:-1].strip()
    if inside in ("@", "*"):
        return graph.join(members, at, " ") if members else graph.const("", at)
    if re.fullmatch(r"-?\d{1,6}", inside) and -len(members) <= int(inside) < len(members):
        return members[int(inside)]
    return graph.phi(members, at) if members else graph.const("", at)


def _substitution(script: Script, tree: Tree) -> Steps:
    """`$(…)` and backticks: what the commands print, without the newlines at its end."""
    graph, at = script.graph, script.place(tree)
    outer = dict(graph.env)
    printed: list[int] = yield script.block(tree.children)
    graph.env = outer
    if not printed:
        redirect = next((child for child in tree.named_children if child.type == "file_redirect"), None)
        return [] if redirect is None else [Piece(graph.add("op", "$(", (), at), splits=True)]
    value = graph.join(printed, at)
    text = graph.whole(value)
    if text is not None:
        value = graph.const(text.rstrip("\n"), at, graph.codecs([value]))
    return [Piece(value, splits=True)]


def _process(script: Script, tree: Tree) -> Steps:
    graph, at = script.graph, script.place(tree)
    outer = dict(graph.env)
    printed: list[int] = yield script.block(tree.children)
    graph.env = outer
    name = SUBSTITUTED if script.text(tree)[:1] == "<" else ">("
    return [Piece(graph.add("op", name, [("", one) for one in printed], at))]


def _array(script: Script, tree: Tree) -> Steps:
    members: list[int] = []
    for child in tree.named_children:
        members += yield fields(script, child)
    at = script.place(tree)
    return [Piece(script.graph.add("pack", "list", [("", one) for one in members[:4096]], at))]


def _number(script: Script, tree: Tree) -> Steps:
    """`$((…))`: constant sums and products fold."""
    graph, at = script.graph, script.place(tree)
    inner: list[int] = yield words(script, tree.named_children)
    text = script.slice(tree.start_byte, tree.end_byte).strip("$()[] \t")
    value = arithmetic(text, lambda name: graph.whole(graph.env[name]) if name in graph.env else None)
    if value is not None:
        return [Piece(graph.const(str(value), at))]
    return [Piece(graph.add("op", "$((", [("", one) for one in inner], at))]


def arithmetic(text: str, value_of: Callable[[str], str | None]) -> int | None:
    """Evaluate `a+b-c*d` over constants and known variables, from left to right within a product; None otherwise."""
    if len(text) > 200:
        return None
    total = 0
    for sign, term in re.findall(r"([+-]?)\s*([^+-]+)", text):
        product = 1
        for factor in term.split("*"):
            found = factor.strip().lstrip("$").strip("{}")
            known = found if re.fullmatch(r"\d+|0x[0-9a-fA-F]+", found) else value_of(found) or ""
            if not re.fullmatch(r"\d{1,12}|0x[0-9a-fA-F]{1,8}", known):
                return None
            product *= int(known, 16 if known[:2] == "0x" else 10)
            if product > 1 << 62:
                return None
        total += -product if sign == "-" else product
    return total if text and not re.search(r"[^\w\s+*${}-]", text) else None


_OPERANDS = frozenset({"command_substitution", "expansion", "simple_expansion", "string", "concatenation"})
_READERS = {
    "concatenation": _concatenation,
    "string": _string,
    "heredoc_body": _string,
    "translated_string": _translated,
    "raw_string": _raw,
    "ansi_c_string": _ansi,
    "simple_expansion": _simple,
    "expansion": _expansion,
    "command_substitution": _substitution,
    "process_substitution": _process,
    "array": _array,
    "arithmetic_expansion": _number,
}
