"""Names found at run time: getattr, __import__, globals(), vars(), sys.modules, operator, functools.partial."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import Any

from pratique.languages.python.evaluate import UNKNOWN, Known, is_plain, subscript
from pratique.languages.python.lower import calls, folding, members, names, reflection
from pratique.languages.python.lower.alternatives import alternatives
from pratique.languages.python.lower.body import EXPRESSIONS, Body, Bound, scalar
from pratique.languages.python.lower.calls import SPECIAL, Site
from pratique.languages.python.lower.scoping import outer
from pratique.languages.python.lower.unpacking import store_attribute
from pratique.model import Arg, Import

DYNAMIC = "dynamic-name"


def _text(b: Body, site: Site, number: int) -> Known | None:
    """Return the known text of a positional argument."""
    key = str(number)
    for arg in site.args:
        if arg.key == key or (arg.key == "name" and number == 0):
            val = b.vals.get(arg.node)
            return val if val is not None and isinstance(val.value, str) and not val.holed else None
    return None


def _names(b: Body, site: Site, number: int) -> list[tuple[int, Known]]:
    """Return the names that a positional argument may be, each with the ordinal that holds it."""
    val = _text(b, site, number)
    key = str(number)
    n = next((arg.node for arg in site.args if arg.key == key or (arg.key == "name" and number == 0)), -1)
    if val is not None:
        return [(n, val)]
    found = alternatives(b, n, site.node) if n >= 0 else ()
    return [(o, b.vals[o]) for o in found if not b.vals[o].holed]


def _ordinal(site: Site, number: int) -> int:
    key = str(number)
    return next((arg.node for arg in site.args if arg.key == key), -1)


def _marks(val: Known) -> tuple[str, ...]:
    return (*val.codecs, DYNAMIC)


def _getattr(b: Body, site: Site) -> int | None:
    base = _ordinal(site, 0)
    found = [val for _, val in _names(b, site, 1) if names.is_dotted(val.value)] if base >= 0 else []
    if not found:
        return None
    plain = _plain(b, base)
    n = b.phi([members.member(b, plain, val.value, site.node, _marks(val)) for val in found], site.node)
    default = _ordinal(site, 2)
    if default >= 0 and b.nodes[default].op != "const":
        return b.phi((n, default), site.node)
    return n


def _getattribute(b: Body, site: Site) -> int | None:
    """`value.__getattribute__("name")`."""
    val = _text(b, site, 0)
    if val is None or not names.is_dotted(val.value):
        return None
    base: Bound = site.receiver if site.receiver >= 0 else site.targets[0].rpartition(".")[0]
    return b.node_of(members.member(b, base, val.value, site.node, _marks(val)), site.node)


def _setattr(b: Body, site: Site) -> int | None:
    """`setattr(value, "name", new)` is a call and also an assignment."""
    base, val, n = _ordinal(site, 0), _text(b, site, 1), _ordinal(site, 2)
    if base >= 0 and n >= 0 and val is not None and names.is_dotted(val.value):
        store_attribute(b, _plain(b, base), val.value, n, site.node)
    return None


def _plain(b: Body, n: int) -> Bound:
    """Return a value's resolved name where that is all there is to it."""
    node = b.nodes[n]
    if node.op == "name" and n in b.refs and n not in b.alts and node.name == b.refs[n] and n not in b.marks:
        return node.name
    return n


def _import_module(b: Body, site: Site) -> int | None:
    """`__import__(name)` and `importlib.import_module(name)`: the module is the value."""
    found = [(n, val) for n, val in _names(b, site, 0) if names.is_dotted(val.value.lstrip(".") or "x")]
    return b.phi([_import_one(b, site, n, val) for n, val in found], site.node) if found else None


def _import_one(b: Body, site: Site, source: int, val: Known) -> int:
    plain = site.targets[0] in ("builtins.__import__", "importlib.__import__")
    computed = bool(val.codecs) or b.nodes[source].op not in ("const", "free", "name")
    marks = _marks(val) if plain or computed or site.marks else ()
    carets = len(val.value) - len(val.value.lstrip("."))
    module = "^" * carets + val.value[carets:]
    whole = not plain or any(arg.key in ("3", "fromlist") for arg in site.args)
    ref = module if whole else module.split(".", 1)[0]
    b.unit.imports.append(Import(module, "", "", b.id, site.node.lineno, b.guard))
    args = [Arg(arg.key, source) if arg.key in ("0", "name") else arg for arg in site.args]
    n = b.emit_known("call", site.targets[0], tuple(args), site.node, None, marks)
    b.refs[n] = ref
    if marks:
        b.marks[n] = marks
    return n


def _vars(b: Body, site: Site) -> int | None:
    base = _ordinal(site, 0)
    ref = b.refs.get(base) if base >= 0 else None
    if ref is None or "(" in ref or base in b.vals:
        return None
    n = b.emit("call", site.targets[0], tuple(site.args), site.node)
    b.refs[n] = ref + ".__dict__"
    return n


def _attrgetter(b: Body, site: Site) -> int | None:
    """`operator.attrgetter("name")(value)` and `operator.methodcaller("name", …)(value)`."""
    if site.func < 0 or b.nodes[site.func].op != "call":
        return None
    made, value = b.nodes[site.func].args, _ordinal(site, 0)
    first = next((b.vals.get(arg.node) for arg in made if arg.key == "0"), None)
    if value < 0 or first is None or first.holed or not names.is_dotted(first.value):
        return None
    found: Bound = _plain(b, value)
    for attr in first.value.split("."):
        found = members.member(b, found, attr, site.node, _marks(first))
    if site.targets[0] == "operator.attrgetter()":
        return b.node_of(found, site.node)
    inner = calls.computed(b, site.node, b.node_of(found, site.node))
    inner.args = [Arg(_shifted(arg.key, -1), arg.node) for arg in made if arg.key != "0"]
    return calls.emit(b, inner, inner.targets[0])


def _itemgetter(b: Body, site: Site) -> int | None:
    """`operator.itemgetter("name")(vars(module))`."""
    if site.func < 0 or b.nodes[site.func].op != "call":
        return None
    key = next((b.vals.get(arg.node) for arg in b.nodes[site.func].args if arg.key == "0"), None)
    ref = b.refs.get(_ordinal(site, 0))
    if key is None or ref is None or not isinstance(key.value, str):
        return None
    return in_namespace(b, ref, key, site.node)


def _same_function(b: Body, site: Site) -> int | None:
    """`staticmethod(f)` is called as `f` is."""
    ref = b.refs.get(_ordinal(site, 0))
    if ref is None:
        return None
    n = b.emit("call", site.targets[0], tuple(site.args), site.node)
    b.refs[n] = ref
    return n


def _shifted(key: str, by: int) -> str:
    return str(int(key) + by) if key.isdigit() else key


def _partial(b: Body, site: Site) -> int | None:
    """Call f for what `functools.partial(f, …)` made, with its arguments before the new ones."""
    if site.func < 0:
        return None
    home, n = b, site.func
    if n in b.origin:
        home, n = b.origin[n]
    made = home.nodes[n]
    function = next((arg.node for arg in made.args if arg.key == "0"), -1)
    if made.op != "call" or made.name != "functools.partial" or function < 0:
        return None
    ref = home.refs.get(function)
    if ref is None and home is not b:
        return None
    bound = [arg for arg in made.args if arg.key != "0"] if home is b else []
    shift = sum(arg.key.isdigit() for arg in made.args) - 1
    args = [Arg(_shifted(arg.key, -1), arg.node) for arg in bound]
    args += [Arg(_shifted(arg.key, shift), arg.node) for arg in site.args]
    refs = home.alts.get(function) or ((ref,) if ref is not None else ("",))
    receiver = -1
    if home is b and b.nodes[function].op == "attr" and b.nodes[function].args:
        receiver = b.nodes[function].args[0].node
    func = function if home is b else site.func
    attr = home.nodes[function].name if receiver >= 0 else ""
    inner = Site(site.node, refs, receiver, func, attr, home.marks.get(function, ()), args)
    found = [calls.emit(b, inner, target) for target in refs]
    return b.phi(found, site.node)


def _super(b: Body, site: Site) -> int | None:
    """`super()` is an instance of the first base class."""
    scope: Body | None = b
    while scope is not None and scope.owner is None:
        scope = scope.parent
    n = b.emit("call", site.targets[0], tuple(site.args), site.node)
    if scope is not None and scope.owner is not None and scope.owner.bases:
        b.refs[n] = scope.owner.bases[0] + "()"
    return n


def _namespace_get(b: Body, site: Site) -> int | None:
    """`globals().get("name")`, `sys.modules.get("name")`, `vars(mod).get("name")`, also `__getitem__` and `pop`."""
    val = _text(b, site, 0)
    if val is None:
        return None
    ref = b.refs.get(site.receiver) if site.receiver >= 0 else site.targets[0].rpartition(".")[0]
    return in_namespace(b, ref, val, site.node) if ref is not None else None


def in_namespace(b: Body, ref: str, key: Known, at: Any) -> int | None:
    """Return what a namespace such as `globals()` or `sys.modules` holds under a known name."""
    if not names.is_dotted(key.value) or key.holed:
        return None
    name: str = key.value
    if ref in names.NAMESPACES:
        found = b.env.get(name)
        if found is None:
            found = outer(b, name, at)
        if type(found) is str:
            return b.load_marked(found, at, _marks(key))
        return found  # type: ignore[return-value]
    if ref == "sys.modules":
        return b.load_marked(name, at, _marks(key))
    if ref == "builtins":
        return b.load_marked(f"builtins.{name}", at, _marks(key))
    if ref.endswith(".__globals__"):
        if ref[0] == ".":
            own = outer(b, name, at)
            return b.load_marked(own, at, _marks(key)) if type(own) is str else own  # type: ignore[return-value]
        known = reflection.of_globals(ref, name)
        return b.load_marked(known, at, _marks(key)) if known is not None else None
    if ref.endswith(".__dict__"):
        owner = ref[: -len(".__dict__")]
        return b.load_marked(names.join(owner, name), at, _marks(key))
    return None


SPECIAL.update(
    {
        "builtins.getattr": _getattr,
        "builtins.object.__getattribute__": _getattr,
        "builtins.type.__getattribute__": _getattr,
        "inspect.getattr_static": _getattr,
        "builtins.setattr": _setattr,
        "builtins.__import__": _import_module,
        "importlib.__import__": _import_module,
        "importlib.import_module": _import_module,
        "builtins.vars": _vars,
        "builtins.super": _super,
        "operator.attrgetter()": _attrgetter,
        "operator.methodcaller()": _attrgetter,
        "operator.itemgetter()": _itemgetter,
        "builtins.staticmethod": _same_function,
        "functools.partial()": _partial,
    }
)
calls.BY_METHOD["__getattribute__"] = _getattribute
for _space in (*names.NAMESPACES, "sys.modules", "builtins.__dict__"):
    for _method in ("get", "__getitem__", "pop", "setdefault"):
        SPECIAL[f"{_space}.{_method}"] = _namespace_get


def subscript_expr(b: Body, node: ast.Subscript) -> int:
    """`container[key]` and slices."""
    base = members.peek(b, node.value)
    if type(node.slice) is ast.Slice:
        return _slice(b, node, b.node_of(base, node), node.slice)
    key = b.expr(node.slice)
    key_val = b.vals.get(key)
    ref = base if type(base) is str else b.refs.get(base)  # type: ignore[arg-type]
    if ref is not None and key_val is not None and isinstance(key_val.value, str):
        found = in_namespace(b, ref, key_val, node)
        if found is not None:
            return found
    n = b.node_of(base, node)
    picked = _stored(b, n, key_val) or pick(b, n, key_val)
    if picked is not None and picked[0] is b and n not in b.origin and not b.slots:
        return picked[1]
    if picked is None and key_val is not None and b.nodes[n].op == "phi" and n not in b.vals:
        chosen = _of_each(b, n, key_val)
        if chosen:
            return b.phi(chosen, node)
    val = None
    container = b.vals.get(n)
    if container is not None and key_val is not None:
        if not is_plain(container.value):
            val = folding.operation(b, "[]", container, key_val)
        else:
            folded = subscript(container, key_val)
            val = None if folded is UNKNOWN else folded
    elif picked is not None and picked[0] is not b:
        val = picked[0].vals.get(picked[1])
    item = b.emit_known("item", "", (Arg("", n), Arg("key", key)), node, val)
    if ref is not None and ref.endswith(_LINEAGE) and ref.startswith("builtins."):
        b.refs[item] = "builtins.object"
    elif ref == reflection.SUBCLASSES:
        b.refs[item] = ref
    if picked is not None:
        home, o = picked
        if o in home.refs:
            b.name_all(item, home.alts.get(o) or (home.refs[o],))
        b.origin[item] = home.origin.get(o, picked)
    else:
        _name_any(b, n, item)
    return item


_LINEAGE = (".__bases__", ".__mro__", ".mro()")


def _slice(b: Body, node: ast.Subscript, n: int, part: ast.Slice) -> int:
    bounds = [b.expr(bound) if bound is not None else -1 for bound in (part.lower, part.upper, part.step)]
    container = b.vals.get(n)
    val = None
    if container is not None:
        edges = [b.vals.get(o) if o >= 0 else Known(None) for o in bounds]
        if all(edge is not None and (edge.value is None or type(edge.value) is int) for edge in edges):
            folded = subscript(container, Known(slice(*[edge.value for edge in edges if edge is not None])))
            val = None if folded is UNKNOWN else folded
    args = [Arg("", n), *(Arg("", o) for o in bounds if o >= 0)]
    return b.emit_known("op", "[", tuple(args), node, val)


def _stored(b: Body, n: int, key: Known | None) -> tuple[Body, int] | None:
    """Return what was last assigned under a known key."""
    home, o = b.origin.get(n, (b, n))
    if key is None or not home.slots or not scalar(key.value)[1]:
        return None
    hit = home.slots.get((o, type(key.value), key.value))
    return (home, hit) if hit is not None else None


def pack_of(b: Body, n: int) -> tuple[Body, int] | None:
    """Return the display that a value is, with the scope it is in."""
    home, o = b.origin.get(n, (b, n))
    return (home, o) if home.nodes[o].op == "pack" else None


def pick(b: Body, n: int, key: Known | None) -> tuple[Body, int] | None:
    """Return the element of a display that a known key selects."""
    found = pack_of(b, n)
    if found is None or key is None:
        return None
    home, o = found
    hit = _chosen(home, o, key)
    if hit < 0:
        return None
    mixed = _is_text(home.vals.get(hit)) and any(arg.node not in home.vals for arg in home.elements(o))
    return (home, hit) if mixed or is_worth(home, hit) else None


def _chosen(home: Body, o: int, key: Known) -> int:
    """Return the element of one display that a known key selects, or -1."""
    args = home.elements(o)
    if home.nodes[o].name == "dict":
        hits = [-1]
        for k, v in pairwise(args):
            if k.key == "k" and v.key == "v":
                val = home.vals.get(k.node)
                if val is not None and type(val.value) is type(key.value) and val.value == key.value:
                    hits.append(v.node)
        return hits[-1]
    size = len(args)
    if type(key.value) is int and -size <= key.value < size and all(arg.key == "" for arg in args):
        return args[key.value].node
    return -1


def _of_each(b: Body, n: int, key: Known) -> list[int]:
    """Return the elements that a known key selects from rows, where a value is one of several; all have to have it."""
    rows = [arg.node for arg in b.nodes[n].args]
    found = [_chosen(b, row, key) if b.nodes[row].op == "pack" else -1 for row in rows]
    return found if all(o >= 0 for o in found) else []


def is_worth(home: Body, n: int) -> bool:
    """Whether an element has a name or holds elements that may have one."""
    return n in home.refs or home.nodes[n].op == "pack"


def _is_text(val: Known | None) -> bool:
    return val is not None and isinstance(val.value, str)


def _name_any(b: Body, n: int, item: int) -> None:
    """Let an element by an unknown key go by the names of all elements."""
    found = pack_of(b, n)
    if found is None:
        return
    home, o = found
    refs = [
        ref
        for arg in home.elements(o)
        if arg.key in ("", "v") and arg.node in home.refs
        for ref in (home.alts.get(arg.node) or (home.refs[arg.node],))
    ]
    if refs:
        b.name_all(item, names.strongest(refs))
        key_val = b.vals.get(b.nodes[item].args[1].node)
        if key_val is not None and isinstance(key_val.value, str):
            reflection.pick(b, item, key_val.value)


EXPRESSIONS[ast.Subscript] = subscript_expr
