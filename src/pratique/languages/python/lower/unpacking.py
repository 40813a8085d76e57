"""Assignment to targets of every shape, and what iterating over a value gives."""

from __future__ import annotations

import ast
from typing import Any

from pratique.languages.python.evaluate import UNKNOWN, Instance, Known, copied
from pratique.languages.python.lower import folding, members, names
from pratique.languages.python.lower.body import PHI, Body, Bound, scalar
from pratique.model import Arg


def assign_target(b: Body, target: ast.expr, bound: Bound, at: Any) -> None:
    """Assign a value to a target; nested targets are taken apart with an explicit stack."""
    stack: list[tuple[ast.expr, Bound]] = [(target, bound)]
    while stack:
        part, value = stack.pop()
        kind = type(part)
        if kind is ast.Name:
            b.assign(part.id, value, at)  # type: ignore[attr-defined]
        elif kind is ast.Attribute:
            _hand_out(b, value)
            _attribute(b, part, b.node_of(value, at), at)  # type: ignore[arg-type]
        elif kind is ast.Subscript:
            _hand_out(b, value)
            _item(b, part, b.node_of(value, at), at)  # type: ignore[arg-type]
        elif kind is ast.Starred:
            stack.append((part.value, value))  # type: ignore[attr-defined]
        elif kind in (ast.Tuple, ast.List):
            elements = part.elts  # type: ignore[attr-defined]
            stack.extend(reversed(list(zip(elements, _unpack(b, elements, b.node_of(value, at), at), strict=True))))


def _hand_out(b: Body, value: Bound) -> None:
    """Forget an empty buffer that is stored where others find it: they write to it."""
    if type(value) is int and value in b.vals and b.lasting(value) is None:
        b.vals.pop(value)


def _unpack(b: Body, targets: list[ast.expr], n: int, at: Any) -> list[Bound]:
    node = b.nodes[n]
    starred = next((i for i, target in enumerate(targets) if type(target) is ast.Starred), -1)
    if node.op == "pack" and node.name != "dict" and all(arg.key == "" for arg in node.args):
        found = [arg.node for arg in node.args]
        if starred < 0 and len(found) == len(targets):
            return list(found)
        if starred >= 0 and len(found) >= len(targets) - 1:
            after = len(targets) - starred - 1
            middle = found[starred : len(found) - after]
            args = [Arg("", o) for o in middle]
            pack = b.emit_known("pack", "list", tuple(args), at, folding.display(b, "list", args))
            return [*found[:starred], pack, *found[len(found) - after :]]
    if node.op == "phi" and starred < 0 and node.args and n not in b.vals:
        rows = [b.nodes[arg.node] for arg in node.args]
        if all(row.op == "pack" and len(row.args) == len(targets) for row in rows) and all(
            arg.key == "" for row in rows for arg in row.args
        ):
            return [b.phi([row.args[number].node for row in rows], at) for number in range(len(targets))]
    val = b.vals.get(n)
    values = list(val.value) if val is not None and isinstance(val.value, (list, tuple, str, bytes)) else None
    if val is not None and values is not None and starred < 0 and len(values) == len(targets) and not val.holed:
        return [_part(b, n, number, Known(value, val.codecs), at) for number, value in enumerate(values)]
    return [_part(b, n, number, None, at) for number in range(len(targets))]


def _part(b: Body, n: int, number: int, val: Known | None, at: Any) -> int:
    return b.emit_known("item", "", (Arg("", n), Arg("key", b.const(number, at))), at, val)


def _attribute(b: Body, target: ast.Attribute, n: int, at: Any) -> None:
    store_attribute(b, members.peek(b, target.value), target.attr, n, at)


def store_attribute(b: Body, base: Bound, attr: str, n: int, at: Any) -> None:
    """Assign to an attribute: of a resolved name, which patches it, or of a value."""
    ref = base if type(base) is str else b.refs.get(base)  # type: ignore[arg-type]
    if type(base) is int and base in b.vals:
        _set_field(b, base, attr, b.vals.get(n))
    plain = ref is not None and "(" not in ref and len(ref) < names.LENGTH
    owner = b.unit.classes.get(ref.removesuffix("()")) if ref is not None and ref[0] == "." else None
    if owner is not None:
        members.note_attribute(b, owner, attr, n)
        if owner.value is not None and "(" not in str(ref):
            owner.value.members[attr] = b.vals.get(n) or UNKNOWN
    if plain and ref is not None:
        b.emit("store", names.join(ref, attr), (Arg("", n),), at)
    else:
        b.emit("store", f"@{attr}", (Arg("", n), Arg("self", b.node_of(base, at))), at)


def _set_field(b: Body, n: int, attr: str, value: Known | None) -> None:
    """Follow `value.attr = …` on an object that is known; what is not surely so is forgotten."""
    val = b.vals[n]
    if isinstance(val.value, Instance):
        made = copied(val.value, b.unit.fuel)
        made.fields[attr] = value if value is not None and b.nodes[n].guard == b.guard else UNKNOWN
        b.vals[n] = Known(made, val.codecs)


def _item(b: Body, target: ast.Subscript, n: int, at: Any) -> None:
    base = members.peek(b, target.value)
    key = b.expr(target.slice)
    ref = base if type(base) is str else b.refs.get(base)  # type: ignore[arg-type]
    key_val = b.vals.get(key)
    if ref in names.NAMESPACES and key_val is not None and names.is_dotted(key_val.value):
        b.assign(key_val.value, n, at)
        return
    if ref is not None and "(" not in ref and ref[0] != "." and len(ref) < names.LENGTH:
        b.emit("store", f"{ref}[]", (Arg("", n), Arg("key", key)), at)
        return
    receiver = b.node_of(base, at)
    val = b.vals.get(receiver)
    if val is not None:
        _set_item(b, receiver, val, key_val, b.vals.get(n))
    if key_val is not None and scalar(key_val.value)[1]:
        b.slots[receiver, type(key_val.value), key_val.value] = n
    node = b.nodes[receiver]
    name = f"{node.name}[]" if node.op == "name" and node.name[:1] == "." else "[]"
    b.emit("store", name, (Arg("", n), Arg("self", receiver), Arg("key", key)), at)


def _set_item(b: Body, n: int, val: Known, key: Known | None, value: Known | None) -> None:
    """Follow `container[key] = value` where all is known and it surely happens; else forget the container."""
    unconditional = b.nodes[n].guard == b.guard
    if unconditional and key is not None and value is not None and type(val.value) in (dict, list, bytearray):
        try:
            changed = val.value.copy()
            changed[key.value] = list(value.value) if type(key.value) is slice else value.value
        except (TypeError, LookupError, ValueError):
            pass
        else:
            b.vals[n] = Known(changed, tuple(dict.fromkeys((*val.codecs, *value.codecs))))
            return
    b.vals.pop(n, None)


def element(b: Body, n: int, at: Any) -> int:
    """Return what iterating over a value gives: the phi of its elements where they are known."""
    node = b.nodes[n]
    if node.op == "pack":
        args = b.elements(n)
        found = [arg.node for arg in args if arg.key in ("", "k")]
        if found and len(args) == len(found) * (2 if node.name == "dict" else 1):
            return b.phi(list(dict.fromkeys(found))[:PHI], at)
    elif node.op == "call":
        special = _of_call(b, node.name, [arg for arg in node.args if arg.key not in ("func", "")], at)
        if special is not None:
            return special
    val = b.vals.get(n)
    if val is not None and not val.holed and isinstance(val.value, (list, tuple)) and 0 < len(val.value) <= PHI:
        flat = [value for value in val.value if scalar(value)[1]]
        if len(flat) == len(val.value):
            found = [b.const(value, at) for value in flat]
            return b.phi(found, at)
    item = b.emit("item", "", (Arg("", n),), at)
    if b.refs.get(n) == "builtins.object.__subclasses__()":
        b.refs[item] = b.refs[n]  # any class that is loaded
    return item


def _of_call(b: Body, name: str, args: list[Arg], at: Any) -> int | None:
    """Return an element of `enumerate(x)`, `zip(x, y)`, `reversed(x)`, `d.items()`, `d.values()`."""
    if name == "builtins.enumerate" and args and args[0].key == "0":
        index = b.emit("op", "index", (), at)
        return b.emit("pack", "tuple", (Arg("", index), Arg("", element(b, args[0].node, at))), at)
    if name == "builtins.zip" and 0 < len(args) < 9 and all(arg.key.isdigit() for arg in args):
        return b.emit("pack", "tuple", tuple([Arg("", element(b, arg.node, at)) for arg in args]), at)
    if name in ("builtins.reversed", "builtins.sorted", "builtins.list", "builtins.tuple", "builtins.iter") and args:
        return element(b, args[0].node, at) if b.nodes[args[0].node].op == "pack" else None
    if name in ("?.items", "?.values") and args and args[0].key == "self":
        pack = b.nodes[args[0].node]
        if pack.op == "pack" and pack.name == "dict" and pack.args:
            keys = [arg.node for arg in pack.args if arg.key == "k"]
            values = [arg.node for arg in pack.args if arg.key in ("v", "**")]
            value = b.phi(values, at)
            if name == "?.values":
                return value
            return b.emit("pack", "tuple", (Arg("", b.phi(keys or values, at)), Arg("", value)), at)
    return None
