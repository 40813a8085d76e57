"""Lowering of calls: who is called, with what, what folds, and what name the result goes by."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pratique.languages.python.evaluate import (
    CHANGES_FIRST,
    OWN,
    UNKNOWN,
    Held,
    Instance,
    Known,
    ResolvedName,
    Result,
    State,
    is_own,
    is_pure,
    is_reflective,
)
from pratique.languages.python.evaluate import call as evaluate_call
from pratique.languages.python.evaluate import change as evaluate_change
from pratique.languages.python.evaluate import method as evaluate_method
from pratique.languages.python.lower import folding, knowing, members
from pratique.languages.python.lower.alternatives import OPEN, each
from pratique.languages.python.lower.body import EXPRESSIONS, PHI, Body
from pratique.languages.python.lower.scoping import outer
from pratique.model import Arg, Node

MUTATORS = frozenset(
    [
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "clear",
        "update",
        "setdefault",
        "popitem",
        "add",
        "discard",
        "reverse",
        "sort",
        "appendleft",
        "extendleft",
        "popleft",
        "rotate",
        "frombytes",
        "fromlist",
        "symmetric_difference_update",
        "difference_update",
        "intersection_update",
    ]
)


MOST_ARGS = 10_000
"""Arguments that `*` gives to one call."""


@dataclass(slots=True)
class Site:
    """One call while it is lowered."""

    node: ast.expr
    """The call, or the decorator that is one."""
    targets: tuple[str, ...]
    """Possible resolved names, most likely first."""
    receiver: int
    """Ordinal of the value a method is called on, or -1."""
    func: int
    """Ordinal of a computed callee, or -1."""
    attr: str
    marks: tuple[str, ...]
    args: list[Arg]
    """Positional and keyword arguments."""


def call(b: Body, node: ast.Call) -> int:
    """Lower a call."""
    for shortcut in SHORT:
        found = shortcut(b, node)
        if found is not None:
            return found
    site = _callee(b, node)
    expr = b.expr
    args = site.args
    number = 0
    for arg in node.args:
        if type(arg) is ast.Starred:
            held = expr(arg.value)
            spread = _elements(b, held) if number == len(args) else []
            args += [Arg(str(number + at), one) for at, one in enumerate(spread)]
            if not spread or type(arg.value) not in (ast.List, ast.Tuple):
                args.append(Arg("*", held))  # a variable's list may hold more by now
            number += len(spread)
        else:
            args.append(Arg(str(number), expr(arg)))
            number += 1
    for keyword in node.keywords:
        held = expr(keyword.value)
        spelled = [Arg(keyword.arg, held)] if keyword.arg else _pairs(b, held)
        args += spelled
        if not spelled or (not keyword.arg and type(keyword.value) is not ast.Dict):
            args.append(Arg("**", held))
    return complete(b, site)


def _elements(b: Body, n: int) -> list[int]:
    """Return the elements of a display that is unpacked into a call: `f(*[a, b])`; none where it may have others."""
    pack = b.nodes[n]
    if pack.op != "pack" or pack.name not in ("list", "tuple") or n in b.grown or any(arg.key for arg in pack.args):
        return []
    return [arg.node for arg in pack.args]


def _pairs(b: Body, n: int) -> list[Arg]:
    """Return the keyword arguments that a display gives to a call: `f(**{"shell": True})`."""
    pack = b.nodes[n]
    keys = [arg.node for arg in pack.args if arg.key == "k"]
    if pack.op != "pack" or pack.name != "dict" or 2 * len(keys) != len(pack.args):
        return []
    names = [b.vals[key].value if key in b.vals else None for key in keys]
    values = [arg.node for arg in pack.args if arg.key == "v"]
    if not all(isinstance(name, str) and name for name in names):
        return []
    return [Arg(str(name), value) for name, value in zip(names, values, strict=True)]


def complete(b: Body, site: Site) -> int:
    """Emit a call whose callee and arguments have been lowered."""
    node = site.node
    name = site.targets[0]
    special = SPECIAL.get(name) or BY_METHOD.get(site.attr)
    if special is not None:
        found: int | None = special(b, site)
        if found is not None:
            return found
    if len(site.targets) > 1:
        return b.phi([emit(b, site, target) for target in site.targets], node)
    return emit(b, site, name)


def _callee(b: Body, node: ast.Call) -> Site:
    func = node.func
    kind = type(func)
    if kind is ast.Attribute:
        base = members.peek(b, func.value)  # type: ignore[attr-defined]
        attr: str = func.attr  # type: ignore[attr-defined]
        if type(base) is str and base[0] == "." and (data := knowing.own_data(b, base)) is not None:
            held = b.emit_known("name", base, (), func, data)
            return Site(node, (f"?.{attr}",), held, -1, attr, (), [])
        if type(base) is str:
            return Site(node, (members.named(b.unit, base, attr),), -1, -1, attr, (), [])
        receiver: int = base  # type: ignore[assignment]
        if (receiver, attr) in b.given:
            return computed(b, node, b.given[receiver, attr])
        return Site(node, members.method_name(b, receiver, attr), receiver, -1, attr, b.marks.get(receiver, ()), [])
    if kind is ast.Name:
        bound = b.env.get(func.id)  # type: ignore[attr-defined]
        if bound is None:
            bound = outer(b, func.id, func)  # type: ignore[attr-defined]
        if type(bound) is str:
            return Site(node, (bound,), -1, -1, "", (), [])
        n: int = bound  # type: ignore[assignment]
        if b.kind == "module" and func.id in b.unit.reassigned and n not in b.refs:  # type: ignore[attr-defined]
            later = b.emit("name", f".{func.id}", (), func)  # type: ignore[attr-defined]
            n = b.phi((n, later), func)  # a function may have set it since
    else:
        n = b.expr(func)
    return computed(b, node, n)


def computed(b: Body, node: ast.expr, n: int) -> Site:
    """Describe a call of a value: by its names where it has some."""
    ref = b.refs.get(n)
    if ref is None:
        found = b.nodes[n]
        if found.op == "param" and found.args and found.args[0].node in b.refs:
            return Site(node, (b.refs[found.args[0].node], ""), -1, n, "", (), [])
        if found.op == "attr":
            return Site(node, (f"?.{found.name}",), found.args[0].node, -1, found.name, found.codecs, [])
        return Site(node, ("",), -1, n, "", b.marks.get(n, ()), [])
    refs = b.alts.get(n) or (ref,)
    if ref[0] == "." and ref[-1] == ")" and ref[:-2] in b.unit.classes:
        return Site(node, tuple(_method_of(b, one, "__call__") for one in refs), n, n, "", b.marks.get(n, ()), [])
    taken = _method_taken(b, n)
    receiver = taken.args[0].node if taken is not None else -1
    return Site(node, refs, receiver, n, taken.name if taken is not None else "", b.marks.get(n, ()), [])


def _method_taken(b: Body, n: int) -> Node | None:
    """Return the load of the method that a value is, or surely is where it is one of several."""
    parts = [b.nodes[arg.node] for arg in b.nodes[n].args] if b.nodes[n].op == "phi" else [b.nodes[n]]
    methods = [one for one in parts if one.op == "attr" and one.args]
    others = [one for one in parts if one.op != "attr" and not (one.op == "const" and one.value is None)]
    return methods[0] if methods and not others else None


def _method_of(b: Body, ref: str, attr: str) -> str:
    owner = b.unit.classes.get(ref[:-2])
    found = b.unit.find_method(owner, attr) if owner is not None else None
    return f".{found[0].name}().{attr}" if found is not None else ""


def emit(b: Body, site: Site, name: str) -> int:
    """Emit one call node and name its result."""
    if site.attr == "append" and site.receiver >= 0:
        _grow(b, site)
    val = _fold(b, site, name)
    if (val is None or val.holed) and _may_spread(b, site, name):
        args = [Arg("self", site.receiver), *site.args] if site.attr and name[:1] == "?" else site.args
        if site.receiver < 0 or site.receiver in b.vals or args is not site.args:
            spread = each(b, args, lambda found: _with_args(b, site, name, found), site.node)
            if spread is not None:
                return spread
    if val is None:
        for arg in site.args:
            _handed(b, arg.node)
    return _plain_call(b, site, name, val)


def _handed(b: Body, n: int) -> None:
    """Forget what an unknown function may have changed of what it is handed, or called on."""
    held = b.vals.get(n)
    if held is not None and isinstance(held.value, State):
        b.vals.pop(n)
    elif held is not None and isinstance(held.value, Instance):
        lasting = b.lasting(n)
        if lasting is not None:
            b.vals[n] = lasting


def _may_spread(b: Body, site: Site, name: str) -> bool:
    """Whether a call has an argument or receiver that may be one of a few texts, and could be computed for each."""
    nodes = b.nodes
    if not (site.receiver >= 0 and nodes[site.receiver].op in OPEN) and not any(
        nodes[arg.node].op in OPEN for arg in site.args
    ):
        return False
    return site.receiver >= 0 or (name != "" and is_pure(name))


def _grow(b: Body, site: Site) -> None:
    """Add what is appended to a list to the elements of its display."""
    pack = b.nodes[site.receiver]
    args = site.args
    if pack.op == "pack" and pack.name == "list" and len(args) == 1 and args[0].key == "0":
        n = args[0].node
        grown = b.grown.setdefault(site.receiver, [])
        if (n in b.refs or b.nodes[n].op == "pack") and len(grown) < PHI:
            grown.append(Arg("", n))


def _with_args(b: Body, site: Site, name: str, args: list[Arg]) -> int:
    receiver = site.receiver
    if args and args[0].key == "self":
        receiver, args = args[0].node, args[1:]
    one = replace(site, args=args, receiver=receiver)
    return _plain_call(b, one, name, _fold(b, one, name))


def _plain_call(b: Body, site: Site, name: str, val: Known | None) -> int:
    args = site.args
    if site.receiver >= 0 and ("(" in name or name[:1] == "?"):
        args = [Arg("self", site.receiver), *args]
    elif site.func >= 0 and (not name or name[-1] == ")"):
        args = [Arg("func", site.func), *args]
    if site.attr == "format" and name == "?.format" and val is not None:
        return b.emit_known("op", "f", tuple([Arg("", arg.node) for arg in args]), site.node, val)
    codecs = site.marks
    if codecs and val is not None:
        codecs = tuple(dict.fromkeys((*val.codecs, *codecs)))
    n = b.emit_known("call", name, tuple(args), site.node, val, codecs)
    ref = members.result_name(b.unit, name) if name else None
    if val is not None and type(val.value) is ResolvedName and val.value.name != ref:
        ref = val.value.name
        b.marks[n] = (*val.codecs, "dynamic-name")
    if ref is not None and ref[0] != "?":
        b.refs[n] = ref
    return n


def known_args(b: Body, args: Sequence[Arg]) -> tuple[tuple[Result, ...], dict[str, Result]] | None:
    """Return the arguments' values, UNKNOWN where they are not known; None where `*` or `**` hides their number."""
    positional: list[Result] = []
    keywords: dict[str, Result] = {}
    for arg in args:
        key = arg.key
        if key == "*":
            val = b.vals.get(arg.node)
            if val is None or val.holed or not isinstance(val.value, (list, tuple, str, bytes, range)):
                return None
            if len(val.value) > MOST_ARGS:
                return None
            positional.extend(Known(value, val.codecs) for value in val.value)
        elif key == "**":
            return None
        elif key.isdigit():
            positional.append(_value(b, arg.node))
        else:
            keywords[key] = _value(b, arg.node)
    return tuple(positional), keywords


def _value(b: Body, n: int) -> Result:
    val = b.vals.get(n)
    if val is not None:
        return val
    found = knowing.callable_at(b, n)
    return knowing.callables(b, n) if found is UNKNOWN else found


def _fold(b: Body, site: Site, name: str) -> Known | None:
    if b.unit.given:
        known = b.unit.given.get((site.node.lineno, site.node.col_offset, name))
        if known is not None:
            return known
    receiver_val = b.vals.get(site.receiver) if site.receiver >= 0 else None
    if receiver_val is not None and site.attr:
        return _fold_method(b, site, receiver_val)
    held = _called(b, site, name)
    if held is not None:
        return _fold_value(b, site, *held)
    if not name or name[0] == "?":
        return None
    if name[0] == ".":
        if "()" in name or site.receiver >= 0 or name not in b.unit.functions:
            return None
    elif not is_pure(name) and not is_reflective(name):
        return None
    found = known_args(b, site.args)
    if found is None:
        return None
    args, kwargs = found
    given = (*args, *kwargs.values())
    if is_reflective(name):
        if any(arg is UNKNOWN for arg in given) or not _reflects(name, args):
            return None
        result = folding.call_with(b, site.node, name, args, kwargs)
        return None if result is UNKNOWN else result
    if name in CHANGES_FIRST and not _surely(b, site.args[0].node):
        return None
    if name[0] == ".":
        if any(arg is UNKNOWN for arg in given):
            return None
        surely = all(b.nodes[arg.node].guard == b.guard for arg in site.args)
        return folding.local_call(b, name, args, kwargs, changes=surely)
    if given and all(arg is UNKNOWN for arg in given):
        return None
    if name == "builtins.next" and len(args) == 1:
        return _next(b, site.args[0].node)
    if any(arg is not UNKNOWN and is_own(arg.value) for arg in given):
        if any(arg is UNKNOWN for arg in given):
            return None
        result = folding.call_with(b, site.node, name, args, kwargs)
        return None if result is UNKNOWN else result
    result = evaluate_call(name, args, kwargs, b.unit.fuel)
    return None if result is UNKNOWN else result


def _called(b: Body, site: Site, name: str) -> tuple[int, Known, str] | None:
    """Return what the file defines that is called: its ordinal or -1, the value, and its method or ""."""
    if site.receiver < 0 and site.func >= 0:
        val = b.vals.get(site.func)
        if val is not None and isinstance(val.value, OWN):
            return site.func, val, ""
    if name[:1] != ".":
        return None
    head, _, attr = name.rpartition(".")
    if site.receiver < 0:
        found = knowing.class_value(b, name)
        if found is UNKNOWN and head in b.unit.classes:
            found = knowing.class_value(b, head)
            return None if found is UNKNOWN else (-1, found, attr)
        return None if found is UNKNOWN else (-1, found, "")
    if b.refs.get(site.receiver) in b.unit.classes and site.receiver not in b.alts:
        found = knowing.class_value(b, b.refs[site.receiver])
        return None if found is UNKNOWN else (-1, found, attr)
    held = _itself(b, site.receiver, site.args)
    return (-1, held, attr) if held is not None and head.endswith("()") else None


READING = frozenset(("getvalue", "getbuffer", "digest", "hexdigest", "tobytes", "tolist", "readlines"))
"""Methods that leave a buffer or hash as it is."""


def _itself(b: Body, n: int, args: list[Arg]) -> Known | None:
    """Return what a method may take its own object for, where it hands it known data."""
    if not args or any(arg.node not in b.vals for arg in args):
        return None
    owner = b.unit.classes.get(b.refs.get(n, "").removesuffix("()"))
    return folding.typical(b, owner) if owner is not None and b.nodes[n].op == "param" else None


def _fold_value(b: Body, site: Site, n: int, held: Known, attr: str) -> Known | None:
    """Compute a call of a class, object, closure or method of the file; what it changes is kept where that is sure."""
    found = known_args(b, site.args)
    if isinstance(held.value, State) and attr not in READING and not _surely(b, n):
        return None
    if found is None or any(arg is UNKNOWN for arg in (*found[0], *found[1].values())):
        _handed(b, n)
        return None
    key = f"{site.targets[0]} {attr}"
    result, after = folding.on_value(b, key, held, attr, *found)
    if result is None and attr not in READING:
        _handed(b, n)
    if result is not None and n >= 0 and b.nodes[n].guard == b.guard and b.nodes[n].op not in ("name", "free"):
        b.vals[n] = after
    if result is not None and isinstance(result.value, Instance):
        folding.note_object(b, result)
    return result


def _reflects(name: str, args: tuple[Result, ...]) -> bool:
    """Whether a builtin is asked about an object of the file, or makes one."""
    first = args[0] if args else UNKNOWN
    return name.startswith("collections.") or (first is not UNKNOWN and isinstance(first.value, Instance))


def _surely(b: Body, n: int) -> bool:
    """Whether a change of a value is followed: it happens wherever the value is seen; else it is forgotten."""
    if b.nodes[n].guard == b.guard and b.nodes[n].op not in ("name", "free"):
        return True
    b.vals.pop(n, None)
    return False


def _next(b: Body, n: int) -> Known | None:
    """Take the next element of an iterator, which is held as the list of what is left of it."""
    val = b.vals.get(n)
    if val is None or val.holed or type(val.value) is not list or not val.value or b.nodes[n].op != "call":
        return None
    if not _surely(b, n):
        return None
    return Known(val.value.pop(0), val.codecs)


def _fold_method(b: Body, site: Site, receiver: Known) -> Known | None:
    if isinstance(receiver.value, (*OWN, Held)):
        return _fold_value(b, site, site.receiver, receiver, site.attr)
    if site.attr in MUTATORS and type(receiver.value) in (list, dict, set, bytearray):
        return _mutate(b, site, receiver)
    found = known_args(b, site.args)
    if found is None:
        return None
    if site.attr == "join" and found[0] == (UNKNOWN,):
        found = ((folding.holed_display(b, site.args[0].node),), {})
    if any(arg is not UNKNOWN and is_own(arg.value) for arg in found[0]):
        return folding.on_value(b, f"?.{site.attr}", receiver, site.attr, *found)[0]
    result = evaluate_method(receiver, site.attr, *found, b.unit.fuel)
    return None if result is UNKNOWN else result


def _mutate(b: Body, site: Site, receiver: Known) -> Known | None:
    """Follow `list.append` and the like where all is known and it surely happens; else forget the container.

    The list itself changes: whoever shares it sees that, as at run time. Returns what the method returns.
    """
    n = site.receiver
    found = known_args(b, site.args)
    value, attr = receiver.value, site.attr
    sure = found is not None and b.nodes[n].guard == b.guard and not found[1]
    if attr not in ("append", "extend") and b.nodes[n].op in ("name", "free"):
        sure = False  # another scope's list: how often this runs is not known, and only order would change
    if found is None or not sure or any(a is UNKNOWN for a in found[0]) or not b.unit.fuel.spend(1):
        b.vals.pop(n, None)
        return None
    args = [arg for arg in found[0] if arg is not UNKNOWN]
    codecs = tuple(dict.fromkeys((*receiver.codecs, *(codec for arg in args for codec in arg.codecs))))
    result = UNKNOWN if any(arg.value is value for arg in args) else evaluate_change(
        receiver, attr, args, {}, b.unit.fuel
    )  # fmt: skip
    if result is UNKNOWN:
        b.vals.pop(n, None)
        return None
    b.vals[n] = Known(value, codecs)
    return result if result.value is not None else None


SPECIAL: dict[str, Any] = {}
"""Resolved name to a function (Body, Site) that returns the result's ordinal, or None to go on as usual."""
BY_METHOD: dict[str, Any] = {}
"""The same by the name of a method, whatever it is called on."""
EXPRESSIONS[ast.Call] = call
SHORT: list[Callable[[Body, ast.Call], int | None]] = []
"""Calls that are seen through by their form alone."""
