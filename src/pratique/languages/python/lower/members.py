"""Attributes: which name an attribute of a value has, and what is known about attributes of this file's classes."""

from __future__ import annotations

import ast
from typing import Any

from pratique.languages.python.evaluate import Known, is_callable
from pratique.languages.python.lower import folding, knowing, names
from pratique.languages.python.lower.body import Body, Bound
from pratique.languages.python.lower.scoping import outer, static_name
from pratique.languages.python.lower.steady import FILLED
from pratique.languages.python.lower.unit import Attribute, Class, Function, Unit
from pratique.model import Arg


def peek(b: Body, node: ast.expr) -> Bound:
    """Lower a name, an attribute chain or any expression; a plain resolved name comes back as text, without a node."""
    attrs: list[str] = []
    current = node
    done = b.unit.done
    while type(current) is ast.Attribute and not (done and id(current) in done):
        attrs.append(current.attr)
        current = current.value
    base: Bound | None
    if type(current) is ast.Name:
        base = b.env.get(current.id)
        if base is None:
            base = outer(b, current.id, current)
    else:
        base = b.expr(current)
    for attr in reversed(attrs):
        base = member(b, base, attr, node)
    return base


def member(b: Body, base: Bound, attr: str, at: Any, marks: tuple[str, ...] = ()) -> Bound:
    """Return an attribute of a value: a resolved name where it has one, else the ordinal of its node."""
    if type(base) is str:
        if len(base) > names.LENGTH:
            base = b.load(base, at)
        elif not marks and (attr != "__doc__" or base[0] != "."):
            return named(b.unit, base, attr)
        else:
            return _load(b, base, attr, at, marks)
    receiver: int = base  # type: ignore[assignment]
    if (receiver, attr) in b.given:
        return b.given[receiver, attr]
    refs = b.alts.get(receiver)
    ref = b.refs.get(receiver)
    marks = marks or b.marks.get(receiver, ())
    held = b.vals.get(receiver)
    val = folding.attribute(b, held, attr) if held is not None and not held.holed and not _is_text(held.value) else None
    if val is not None and is_callable(val.value) and ref is not None:
        val = None
    if ref is None:
        kind = _KINDS.get(b.nodes[receiver].op) if attr == "__class__" else None
        if kind is not None:
            node = b.nodes[receiver]
            return b.load_marked(f"builtins.{node.name or type(node.value).__name__}", at, ())
        return b.emit_known("attr", attr, (Arg("", receiver),), at, val, marks)
    if "(" not in ref and refs is None:
        if not marks and b.nodes[receiver].op == "name" and b.nodes[receiver].name == ref:
            return named(b.unit, ref, attr)
        return _load(b, ref, attr, at, marks)
    if ref[0] == "." and ref[-1] == ")":
        return _of_instance(b, receiver, ref, attr, at, val)
    n = b.emit_known("attr", attr, (Arg("", receiver),), at, val, marks)
    found = tuple(names.join(one, attr) for one in refs or (ref,) if len(one) <= names.LENGTH)
    if found:
        b.name_all(n, found)
    if marks:
        b.marks[n] = marks
    return n


def _is_text(value: Any) -> bool:
    """Whether a value has methods only, no data besides."""
    return isinstance(value, (str, bytes, list, dict)) and type(value) in (str, bytes, list, dict)


def _load(b: Body, base: str, attr: str, at: Any, marks: tuple[str, ...]) -> int:
    """Load an attribute of a resolved name that is not spelled out, or of a class of this file."""
    name = named(b.unit, base, attr)
    found = class_attribute(b, name) if name[0] == "." else None
    val = found.val if found is not None else knowing.own_data(b, name) if name[0] == "." else None
    n = b.emit_known("name", name, (), at, val, marks)
    if found is not None and found.origin is not None:
        b.origin[n] = found.origin
    b.refs[n] = name
    if marks:
        b.marks[n] = marks
    return n


_KINDS = {"pack": "display", "const": "literal"}


def named(unit: Unit, base: str, attr: str) -> str:
    """Return the name of an attribute of a resolved name; what a class body calls its own goes by its real name."""
    if attr == "__base__" and base.startswith("builtins."):
        return "builtins.object"
    if base[0] == ".":
        owner = unit.classes.get(base)
        if owner is not None and attr not in owner.methods:
            found = attribute(unit, owner, attr)
            if found is not None and found.ref is not None and "(" not in found.ref and found.ref[0] != ".":
                return found.ref
    return names.join(base, attr)


def _of_instance(b: Body, receiver: int, ref: str, attr: str, at: Any, val: Known | None) -> int:
    """Return an attribute of an instance of a class of this file."""
    owner = b.unit.classes.get(ref[:-2])
    if owner is None:
        return b.emit_known("attr", attr, (Arg("", receiver),), at, val)
    found = b.unit.find_method(owner, attr)
    if found is not None and not _is_property(found[1]):
        return b.load_marked(f".{found[0].name}().{attr}", at, ())
    known = attribute(b.unit, owner, attr)
    if val is None and known is not None:
        val = known.val
    n = b.emit_known("attr", attr, (Arg("", receiver),), at, val)
    name: str | None = None
    if found is not None:
        name = result_name(b.unit, f".{found[0].name}.{attr}")
    elif known is not None:
        name = known.ref
        if known.origin is not None:
            b.origin[n] = known.origin
        if known.marks:
            b.marks[n] = known.marks
    else:
        base = b.unit.outside_base(owner)
        name = f"{base}().{attr}" if base is not None else None
    if name is not None:
        b.refs[n] = name
    return n


def _is_property(function: Function) -> bool:
    for decorator in getattr(function, "decorator_list", ()):
        last = decorator.attr if type(decorator) is ast.Attribute else getattr(decorator, "id", "")
        if last in ("property", "cached_property", "getter", "setter", "deleter"):
            return True
    return False


def attribute(unit: Unit, owner: Class, attr: str) -> Attribute | None:
    """Return what an attribute of a class or its instances holds, if all that was read so far agrees."""
    for candidate in unit.lineage(owner):
        seen = candidate.attributes.get(attr)
        if seen:
            real = [one for one in seen if one.val is None or one.val.value or one.ref] or seen[:1]
            ref = next((one.ref for one in real if one.ref is not None), None)
            marks = next((one.marks for one in real if one.marks), ())
            origin = next((one.origin for one in real if one.origin is not None), None)
            return Attribute(ref, real[0].val if len(real) == 1 else None, marks, origin)
    return None


def note_attribute(b: Body, owner: Class, attr: str, bound: Bound) -> None:
    """Remember what a method or class body assigned."""
    seen = owner.attributes.setdefault(attr, [])
    if len(seen) < 8:
        if type(bound) is str:
            seen.append(Attribute(bound, None, ()))
        else:
            n: int = bound  # type: ignore[assignment]
            origin = (b, n) if b.nodes[n].op == "pack" else None
            val = b.lasting(n)
            if val is not None and isinstance(val.value, FILLED) and not val.value:
                val = None  # someone fills it
            seen.append(Attribute(b.refs.get(n), val, b.marks.get(n, ()), origin))


def method_name(b: Body, receiver: int, attr: str) -> tuple[str, ...]:
    """Return the possible names of `receiver.attr` when it is called; `?.attr` when the receiver has no name."""
    ref = b.refs.get(receiver)
    if ref is None or len(ref) > names.LENGTH:
        return (f"?.{attr}",)
    refs = b.alts.get(receiver) or (ref,)
    return tuple(dict.fromkeys(_method(b.unit, one, attr) for one in refs))


def _method(unit: Unit, ref: str, attr: str) -> str:
    if ref[0] == "." and ref[-1] == ")":
        owner = unit.classes.get(ref[:-2])
        if owner is None:
            return f"?.{attr}"
        found = unit.find_method(owner, attr)
        if found is not None:
            return f".{found[0].name}().{attr}"
        known = attribute(unit, owner, attr)
        if known is not None:
            return known.ref or f"?.{attr}"
        base = unit.outside_base(owner)
        return f"{base}().{attr}" if base is not None else f"?.{attr}"
    return named(unit, ref, attr)


def result_name(unit: Unit, name: str) -> str | None:
    """Return the name of what a call of `name` gives: an instance, or what a short local function returns."""
    if name[0] != ".":
        return names.called(name)
    if name in unit.classes:
        return name + "()"
    plain = name.replace("().", ".")
    function = unit.functions.get(plain)
    if function is None:
        return None
    definer = unit.definers[plain]
    if type(function) is ast.Lambda:
        return None if _is_own(function, function.body) else static_name(definer, function.body)
    last = function.body[-1]  # type: ignore[index]
    if type(last) is not ast.Return or last.value is None:
        return None
    value: ast.expr = last.value
    if type(value) is ast.Name:
        if function.args.args and value.id == function.args.args[0].arg and definer.cls is not None:
            return f".{definer.cls.name}()"
        value = _assigned(function, value.id) or value
    if _is_own(function, value):
        return None
    return static_name(definer, value, _imports(function))


def _imports(function: Function) -> dict[str, str]:
    """Return what the function's own import statements bind, relative ones left out."""
    found: dict[str, str] = {}
    for statement in function.body:  # type: ignore[union-attr]
        if type(statement) is ast.Import:
            for alias in statement.names:
                top = alias.name.split(".", 1)[0]
                found[alias.asname or top] = alias.name if alias.asname else top
        elif type(statement) is ast.ImportFrom and statement.module and not statement.level:
            for alias in statement.names:
                found[alias.asname or alias.name] = f"{statement.module}.{alias.name}"
    return found


def _is_own(function: Function, value: ast.expr) -> bool:
    """Whether a chain starts from one of the function's own variables."""
    current: Any = value
    while type(current) in (ast.Attribute, ast.Call):
        current = current.value if type(current) is ast.Attribute else current.func
    if type(current) is not ast.Name:
        return True
    arguments = function.args
    return any(a.arg == current.id for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)) or (
        type(function) is not ast.Lambda and _assigned(function, current.id) is not None
    )


def _assigned(function: Function, name: str) -> ast.expr | None:
    for statement in function.body:  # type: ignore[union-attr]
        if type(statement) is ast.Assign and len(statement.targets) == 1:
            target = statement.targets[0]
            if type(target) is ast.Name and target.id == name:
                return statement.value
    return None


def class_attribute(b: Body, ref: str) -> Attribute | None:
    """Return what `.Cls.NAME` holds, if the class body sets it."""
    prefix, _, attr = ref.rpartition(".")
    owner = b.unit.classes.get(prefix)
    return attribute(b.unit, owner, attr) if owner is not None else None


def class_constant(b: Body, ref: str) -> Known | None:
    """Return the value of `.Cls.NAME`, if the class body sets it to a constant."""
    found = class_attribute(b, ref)
    return found.val if found is not None else None
