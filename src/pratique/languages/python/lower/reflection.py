"""Names reached through objects: `().__class__.__base__.__subclasses__()`, `f.__globals__["os"]`, codecs, `type`."""

from __future__ import annotations

import ast
import re
import sys
from itertools import pairwise
from typing import Any, Final

from pratique.languages.python.evaluate import UNKNOWN, Known
from pratique.languages.python.evaluate import call as evaluate_call
from pratique.languages.python.lower import calls, members, names
from pratique.languages.python.lower.body import Body
from pratique.languages.python.lower.calls import SPECIAL, Site
from pratique.languages.python.lower.unit import Class
from pratique.model import Arg, Span

SUBCLASSES: Final = "builtins.object.__subclasses__()"
"""What an element of `object.__subclasses__()` goes by: any class that is loaded."""
LOADED: Final = {
    "Popen": "subprocess.Popen",
    "_wrap_close": "os._wrap_close",
    "catch_warnings": "warnings.catch_warnings",
    "WarningMessage": "warnings.WarningMessage",
    "BuiltinImporter": "importlib.machinery.BuiltinImporter",
    "FileLoader": "importlib.machinery.FileLoader",
    "CDLL": "ctypes.CDLL",
    "socket": "socket.socket",
}
"""Classes of the standard library that are looked for by their bare names."""
LONGEST: Final = 4_096
"""Characters of a text that is run, whose variables are looked up."""
MOST: Final = 32
_WORD: Final = re.compile(r"(?<![.\w])[^\W\d]\w*")
SHOWN: Final = frozenset(("builtins.str", "builtins.repr"))


def of_globals(ref: str, name: str) -> str | None:
    """Return what `FUNCTION.__globals__["name"]` is, given the resolved name of that mapping; None when unknown."""
    if name == "__builtins__":
        return "builtins"
    owner = ref.removesuffix(".__globals__")
    if "(" not in owner and owner[0] not in ".^":
        module = owner.partition(".")[0]
        return name if name == module else names.join(module, name)
    return name if name in sys.stdlib_module_names and owner[0] not in ".^" else None


def select(b: Body, test: ast.Compare, left: int, right: int) -> None:
    """Learn from `cls.__name__ == "Popen"` which of all loaded classes is meant."""
    if type(test.ops[0]) not in (ast.Eq, ast.In):
        return
    for named, other in ((left, right), (right, left)):
        node, val = b.nodes[named], b.vals.get(other)
        if val is None or not node.args or not isinstance(val.value, str):
            continue
        if (node.op == "attr" and node.name in ("__name__", "__qualname__")) or node.name in SHOWN:
            pick(b, node.args[0].node, val.value, part=type(test.ops[0]) is ast.In)


def pick(b: Body, n: int, name: str, *, part: bool = False) -> None:
    """Give a value that is any loaded class the name of the one that is asked for, by its name or a part of it."""
    if b.refs.get(n) == SUBCLASSES:
        found = next((one for one in LOADED if one == name or (part and len(name) > 3 and name in one)), None)
        if found is None:
            return
        b.refs[n] = LOADED[found]
        b.marks[n] = ("dynamic-name",)


def _codec(b: Body, site: Site) -> int | None:
    """`codecs.getdecoder("base64")(data)`, `codecs.lookup("rot13").decode(data)`: the pair that they give."""
    n = site.func if site.func >= 0 else site.receiver
    home, o = b.origin.get(n, (b, n))
    if o < 0 or home.nodes[o].op != "call" or not home.nodes[o].args:
        return None
    codec = home.vals.get(home.nodes[o].args[0].node)
    found = calls.known_args(b, site.args)
    if codec is None or not found or not found[0] or found[0][0] is UNKNOWN:
        return None
    data = found[0][0]
    way = "codecs.encode" if "encode" in site.targets[0] else "codecs.decode"
    result = evaluate_call(way, (data, codec), {}, b.unit.fuel)
    if result is UNKNOWN:
        return None
    pair = Known((result.value, len(data.value)), result.codecs, result.holed)
    return b.emit_known("call", site.targets[0], tuple(site.args), site.node, pair)


def _configured(b: Body, site: Site) -> int | None:
    """`logging.config.dictConfig`: what stands under "()" or "class" of any table in it is called with the rest."""
    n = b.emit("call", site.targets[0], tuple(site.args), site.node)
    stack = [arg.node for arg in site.args[:1]]
    seen: set[int] = set()
    while stack and len(seen) < TABLES:
        o = stack.pop()
        pack = b.nodes[o]
        if o in seen or pack.op != "pack":
            continue
        seen.add(o)
        pairs = [(b.vals.get(k.node), v.node) for k, v in pairwise(pack.args) if k.key == "k" and v.key == "v"]
        stack.extend(arg.node for arg in pack.args if arg.key != "k")
        for key, value in pairs:
            if key is not None and key.value in ("()", "class"):
                others = [(k, v) for k, v in pairs if k is not key]
                _made_by_table(b, site, value, others)
    return n


def _made_by_table(b: Body, site: Site, factory: int, others: list[tuple[Known | None, int]]) -> None:
    val = b.vals.get(factory)
    name = b.refs.get(factory)
    if name is None and val is not None and isinstance(val.value, str):
        name = val.value.removeprefix("ext://")
    if name is not None and (name[0] == "." or names.is_dotted(name)):
        args = [Arg(k.value, v) for k, v in others if k is not None and isinstance(k.value, str) and k.value]
        b.emit("call", name, tuple(args), site.node)


TABLES: Final = 500
"""Tables of one configuration that are looked through."""


def _type(b: Body, site: Site) -> int | None:
    """`type("Name", bases, {…})` makes a class; `type(())` is a builtin one."""
    given = [arg.node for arg in site.args if arg.key.isdigit()]
    if len(given) == 1:
        name = kind_of(b, given[0])
        if name is None:
            return None
        n = b.emit("call", site.targets[0], tuple(site.args), site.node)
        b.refs[n] = name
        return n
    val = b.vals.get(given[0]) if len(given) == 3 else None
    body = b.nodes[given[2]] if val is not None else None
    if val is None or body is None or body.op != "pack" or body.name != "dict" or not names.is_dotted(val.value):
        return None
    bases = tuple([b.refs[arg.node] for arg in b.nodes[given[1]].args if arg.node in b.refs])
    b.emit("call", site.targets[0], tuple(site.args), site.node)
    return _made(b, val.value, bases, body.args, site.node)


def _made(b: Body, short: str, bases: tuple[str, ...], pairs: tuple[Arg, ...], at: ast.expr) -> int | None:
    unit = b.unit
    name = f"{b.name}.{short}" if b.name else short
    if f".{name}" in unit.classes:
        return None
    syntax = ast.ClassDef(short, [], [], [], [])
    owner = Class(name, syntax, unit.reserve(), bases, {})
    inner = Body(unit, owner.body, b, "class", name, Span(at.lineno, at.col_offset, at.end_lineno or 0))
    inner.cls = inner.owner = unit.classes[f".{name}"] = owner
    for key, value in pairwise(pairs):
        attr = b.vals.get(key.node)
        if key.key == "k" and value.key == "v" and attr is not None and names.is_dotted(attr.value):
            n = _copied(b, inner, value.node, at)
            if n is not None:
                inner.assign(attr.value, n, at)
                members.note_attribute(inner, owner, attr.value, n)
    unit.spent += len(inner.nodes)
    b.emit_scope("enter", short, (), at, owner.body)
    n = b.emit_scope("func", "", (), at, owner.body)
    b.refs[n] = f".{name}"
    return n


def _copied(b: Body, inner: Body, n: int, at: Any) -> int | None:
    """Repeat a function, a name or a constant in another scope."""
    node, ref, val = b.nodes[n], b.refs.get(n), b.vals.get(n)
    if node.op == "func":
        made = inner.emit_scope("func", "", (), at, node.key)
        if ref is not None:
            inner.refs[made] = ref
        return made
    if ref is not None and "(" not in ref:
        return inner.load(ref, at)
    return inner.const(val.value, at) if val is not None and node.known else None


def kind_of(b: Body, n: int) -> str | None:
    """Return the builtin class of a display or a constant."""
    node = b.nodes[n]
    if node.op == "pack":
        return f"builtins.{node.name}"
    if node.op == "const" and node.known and type(node.value) in (str, bytes, int, float):
        return f"builtins.{type(node.value).__name__}"
    return None


def hand_over(b: Body, site: Site) -> None:
    """Hand code that is run by its text the variables that it names: they are what it sees."""
    code = b.vals.get(site.args[0].node) if site.args else None
    text = code.value if code is not None else None
    if isinstance(text, str) and len(text) <= LONGEST:
        bound = ((name, b.env.get(name)) for name in dict.fromkeys(_WORD.findall(text)))
        values = [Arg(f"={name}", value) for name, value in bound if isinstance(value, int)]
        site.args.extend(values[:MOST])


SPECIAL["builtins.type"] = _type
SPECIAL["logging.config.dictConfig"] = _configured
for _codec_name in ("codecs.getdecoder()", "codecs.getencoder()", "codecs.lookup().decode", "codecs.lookup().encode"):
    SPECIAL[_codec_name] = _codec
