"""Data that a file carries in a format of its own: CSV, INI, TOML, XML, queries, pickles and marshalled values."""

from __future__ import annotations

import ast
import configparser
import csv
import shlex
import tomllib
import urllib.parse
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET

import msgspec

from pratique.languages.python.evaluate.builtin import sequence
from pratique.languages.python.evaluate.table import Entry, Table
from pratique.languages.python.evaluate.values import (
    UNKNOWN,
    Abort,
    CodeBlob,
    Context,
    Held,
    Series,
    Unknowable,
    bounded,
    weigh,
)

MAX_TEXT: Final = 1 << 18


class Element(msgspec.Struct, frozen=True):
    """An element of an XML document."""

    tag: str
    text: str | None
    tail: str | None
    attrib: dict[str, str]
    children: tuple[Element, ...]


class Rows(Series):
    """What a reader of tables gives, row by row."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows

    def elements(self) -> list[Any]:
        """Return the rows."""
        return self.rows


class Settings(Held):
    """A `configparser` with what it has read."""

    __slots__ = ("sections",)

    def __init__(self, sections: dict[str, dict[str, str]] | None = None) -> None:
        self.sections = sections or {}

    def copied(self, fuel: Any, memo: dict[int, Any]) -> Settings:
        """Return one of its own."""
        del fuel
        made = memo[id(self)] = Settings(dict(self.sections))
        return made


def _lines(ctx: Context, given: Any) -> list[str]:
    lines = sequence(ctx, given)
    bounded(sum(map(len, lines)), MAX_TEXT * 4)
    return lines


def _dialect(options: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in options.items() if key in {"delimiter", "quotechar", "skipinitialspace"}}
    if len(kept) != len(options):
        raise Unknowable
    return kept


def rows(ctx: Context, given: Any, **options: Any) -> Rows:
    """As `csv.reader`."""
    return Rows(list(csv.reader(_lines(ctx, given), **_dialect(options))))


def named_rows(ctx: Context, given: Any, fieldnames: Any = None, **options: Any) -> Rows:
    """As `csv.DictReader`."""
    return Rows(list(csv.DictReader(_lines(ctx, given), fieldnames, **_dialect(options))))


def read_settings(one: Settings, text: Any, source: Any = "") -> None:
    """As `ConfigParser.read_string`, without interpolation."""
    del source
    bounded(len(text), MAX_TEXT)
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise Unknowable from error
    one.sections |= {name: dict(parser[name]) for name in parser.sections()}


def parse_xml(text: Any) -> Element:
    """As `ElementTree.fromstring`; documents that declare entities are left alone."""
    bounded(len(text), MAX_TEXT)
    if ("<!" if isinstance(text, str) else b"<!") in text.replace(
        *(("<!--", "") if isinstance(text, str) else (b"<!--", b""))
    ):
        raise Unknowable
    try:
        return _element(ET.fromstring(text), 0)  # noqa: S314 - without declarations there are no entities
    except ET.ParseError as error:
        raise Unknowable from error


def _element(one: ET.Element, depth: int) -> Element:
    bounded(depth, 64)
    children = tuple(_element(child, depth + 1) for child in one)
    return Element(str(one.tag), one.text, one.tail, dict(one.attrib), children)


def _descendants(one: Element) -> Iterator[Element]:
    for child in one.children:
        yield child
        yield from _descendants(child)


def find_all(one: Element, path: Any) -> list[Element]:
    """As `findall`, for plain names, `a/b`, `*` and `.//a`."""
    if path.startswith(".//") and "/" not in path[3:]:
        return [child for child in _descendants(one) if child.tag == path[3:]]
    found = [one]
    for name in path.removeprefix("./").split("/")[:64]:
        if not (name == "*" or name.isidentifier()):
            raise Unknowable
        found = [child for parent in found for child in parent.children if name in ("*", child.tag)]
    return found


def _first(one: Element, path: Any) -> Element | None:
    return next(iter(find_all(one, path)), None)


def _text(one: Element) -> list[str]:
    inner = [text for child in one.children for text in (*_text(child), child.tail or "")]
    return [text for text in (one.text or "", *inner) if text]


def toml(text: Any) -> Any:
    """As `tomllib.loads`."""
    bounded(len(text), 1 << 16)
    found = tomllib.loads(text)
    weigh(found)
    return found


def small(function: Any, limit: int = MAX_TEXT) -> Any:
    """Return a function of one text that refuses long ones."""

    def run(text: Any, *args: Any, **kwargs: Any) -> Any:
        bounded(len(text), limit)
        return function(text, *args, **kwargs)

    return run


def unpickled(ctx: Context, data: Any, *_more: Any, **_options: Any) -> Any:
    """Return the value that a pickle builds, as our own reader of pickles sees it: nothing is unpickled."""
    from pratique.languages.pickle.machine import Machine
    from pratique.languages.pickle.read import HANDLERS
    from pratique.languages.python.evaluate.execute import run_body
    from pratique.languages.python.evaluate.expressions import EXPRESSIONS
    from pratique.languages.python.evaluate.interpret import Interpreter
    from pratique.languages.python.evaluate.objects import Frame

    ctx.spend(bounded(len(data), 1 << 20) // 4)
    machine = Machine(bytes(data), HANDLERS)
    machine.run()
    top = machine.stack[-1] if machine.stack else None
    if machine.limits or not isinstance(top, ast.expr):
        raise Unknowable
    run, frame = Interpreter(lambda _name: UNKNOWN, ctx.fuel, EXPRESSIONS), Frame()
    try:
        run_body(run, [one for one in machine.body if not isinstance(one, ast.Expr)], frame)
        found = run.need(top, frame)
    except Abort as error:
        raise Unknowable from error
    if found.holed:
        raise Unknowable
    return found.value


def unmarshalled(data: Any) -> Any:
    """Return a marshalled value, as our own reader sees it; code stays bytes."""
    from pratique.languages.bytecode.marshal import PYTHON311, load

    bounded(len(data), 4 << 20)
    found = load(bytes(data), PYTHON311)
    if found.problem:
        return CodeBlob(bytes(data))
    try:
        return _plain(found.value, 0)
    except Unknowable:
        return CodeBlob(bytes(data))


def _plain(value: Any, depth: int) -> Any:
    """Return an unmarshalled value as plain containers. Raises Unknowable where there is code."""
    from pratique.languages.bytecode.marshal import Code, Collection

    bounded(depth, 32)
    if isinstance(value, tuple):
        return tuple(_plain(one, depth + 1) for one in value)
    if isinstance(value, Collection):
        items = [_plain(one, depth + 1) for one in value.items]
        if value.kind == "dict":
            return dict(zip(items[::2], items[1::2], strict=True))
        return {"list": list, "set": set, "frozenset": frozenset, "slice": tuple}[value.kind](items)
    if isinstance(value, Code) or not isinstance(value, (str, bytes, int, float, complex, bool, type(None))):
        raise Unknowable
    return value


_XML: Final = ("xml.etree.ElementTree", "xml.etree.cElementTree", "defusedxml.ElementTree")
FUNCTIONS: Final[Table] = {
    "csv.reader": Entry(rows, ctx=True),
    "csv.DictReader": Entry(named_rows, ctx=True),
    **{f"configparser.{name}": Entry(lambda **_o: Settings()) for name in ("ConfigParser", "RawConfigParser")},
    "tomllib.loads": Entry(toml, "toml", cost=64),
    "tomli.loads": Entry(toml, "toml", cost=64),
    **{f"{module}.{name}": Entry(parse_xml, "xml", cost=8) for module in _XML for name in ("fromstring", "XML")},
    "shlex.split": Entry(small(shlex.split, 1 << 16), cost=64),
    "urllib.parse.parse_qs": Entry(small(urllib.parse.parse_qs), "url", cost=16),
    "urllib.parse.parse_qsl": Entry(small(urllib.parse.parse_qsl), "url", cost=16),
    **{
        f"{module}.loads": Entry(unpickled, "pickle", ctx=True)
        for module in ("pickle", "_pickle", "cPickle", "dill", "cloudpickle")
    },
    "marshal.loads": Entry(unmarshalled, "marshal"),
}
METHODS: Final[dict[tuple[type, str], Entry]] = {
    (Settings, "read_string"): Entry(read_settings),
    (Settings, "read_dict"): Entry(lambda one, table, _source="": one.sections.update(table)),
    (Settings, "get"): Entry(lambda one, section, key, **_o: one.sections[section][key.lower()]),
    (Settings, "__getitem__"): Entry(lambda one, section: one.sections[section]),
    (Settings, "sections"): Entry(lambda one: list(one.sections)),
    (Settings, "options"): Entry(lambda one, section: list(one.sections[section])),
    (Settings, "items"): Entry(lambda one, section: list(one.sections[section].items())),
    (Element, "find"): Entry(_first),
    (Element, "findall"): Entry(find_all),
    (Element, "findtext"): Entry(lambda one, path: found.text if (found := _first(one, path)) else None),
    (Element, "iter"): Entry(lambda one, tag=None: [e for e in (one, *_descendants(one)) if tag in (None, e.tag)]),
    (Element, "itertext"): Entry(_text),
    (Element, "get"): Entry(lambda one, key, default=None: one.attrib.get(key, default)),
    (Element, "__getitem__"): Entry(lambda one, at: one.children[at]),
}


def attribute(value: Any, name: str) -> Any:
    """Return a data attribute of an element. Raises Unknowable when it has none."""
    if isinstance(value, Element) and name in {"tag", "text", "tail", "attrib"}:
        return getattr(value, name)
    raise Unknowable
