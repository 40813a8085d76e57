"""One scope under construction: its nodes, its variables as they are at the statement being read, its guards."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from pratique.languages.python.evaluate import UNKNOWN, Held, Known, constant
from pratique.languages.python.lower import names
from pratique.languages.python.lower.steady import steady
from pratique.languages.python.lower.unit import Class, Unit
from pratique.model import Arg, Guard, Node, Scope, Span, Value

Bound: TypeAlias = int | str
"""What a variable stands for: an ordinal, or a resolved name that no node holds yet."""
Changes: TypeAlias = dict[str, Bound | None]
"""Variables that a branch set, or deleted (None)."""

PHI = 64
"""Alternatives of one phi."""
HISTORY = 16
"""Assignments of one variable that other scopes look at."""


@dataclass(slots=True, frozen=True)
class Summary:
    """What another scope may assume about a variable."""

    refs: tuple[str, ...]
    whole: bool
    """Every assignment has a resolved name."""
    val: Known | None
    marks: tuple[str, ...]
    origin: tuple[Body, int] | None


class Body:
    """A module, class or function body while it is read."""

    __slots__ = (
        "alts", "captured", "closed", "cls", "comp", "consts", "declared", "env", "given", "grown", "guard",
        "guards", "history", "hole", "id", "is_async", "kind", "late", "loads", "log", "loops", "marks", "mentions",
        "methods_of", "name", "nodes", "origin", "owner", "params", "parent", "refs", "slots", "span", "summaries",
        "unit", "vals",
    )  # fmt: skip

    def __init__(
        self, unit: Unit, scope: int, parent: Body | None, kind: str, name: str, span: Span,
        *, params: tuple[str, ...] = (), owner: Class | None = None,
    ) -> None:  # fmt: skip
        self.unit, self.id, self.parent, self.kind, self.name, self.span = unit, scope, parent, kind, name, span
        self.params, self.owner = params, owner
        self.cls: Class | None = None
        """For a class body: the class itself."""
        self.nodes: list[Node] = []
        self.vals: dict[int, Known] = {}
        self.refs: dict[int, str] = {}
        self.alts: dict[int, tuple[str, ...]] = {}
        """Where more than one name is possible: all of them, `refs` holding the first."""
        self.marks: dict[int, tuple[str, ...]] = {}
        """How a name was come by when it is not spelled out."""
        self.origin: dict[int, tuple[Body, int]] = {}
        """For a variable of another scope: where its container was built."""
        self.grown: dict[int, list[Arg]] = {}
        """What was appended to a list after its display, where it has a name."""
        self.given: dict[tuple[int, str], int] = {}
        """Attributes that an outside object was made with, by name."""
        self.slots: dict[tuple[int, type, object], int] = {}
        """What was stored under a known key of a container."""
        self.guards: list[Guard] = [Guard("always")]
        self.guard = 0
        self.env: dict[str, Bound] = {}
        self.loops: list[dict[str, int]] = []
        """Per loop under way: variables that only its body sets, with the ordinal of their last value or -1."""
        self.log: dict[str, Bound | None] | None = None
        self.history: dict[str, list[tuple[Bound, int, int, int]]] = {}
        """Per variable: what it was bound to, line, column, guard."""
        self.summaries: dict[str, Summary] = {}
        self.captured: dict[str, None] = {}
        self.declared: dict[str, Body] = {}
        """Names that `global` and `nonlocal` hand to another scope."""
        self.closed: dict[str, Bound] = {}
        self.comp: dict[str, Bound | None] | None = None
        """Inside a comprehension: its variables, with what they hid."""
        self.consts: dict[tuple[type, object], int] = {}
        self.loads: dict[tuple[str, int], int] = {}
        self.is_async = False
        self.methods_of = -1
        self.late: list[tuple[list[ast.stmt], int]] = []
        """Blocks nested too deeply, read once the rest of the scope has been."""
        self.hole = False
        self.mentions: tuple[str, ...] = ()
        unit.scopes[scope] = self

    # -- nodes ---------------------------------------------------------------------------------------------------

    def emit(self, op: str, name: str, args: tuple[Arg, ...], at: Any) -> int:
        """Append a node whose value is not known; `at` is the syntax it stands for."""
        nodes = self.nodes
        n = len(nodes)
        nodes.append(Node(op, name, args, at.lineno, at.col_offset, None, False, self.guard))
        return n

    def emit_known(
        self, op: str, name: str, args: tuple[Arg, ...], at: Any, val: Known | None, codecs: tuple[str, ...] = ()
    ) -> int:
        """Append a node with what is known about its value, and how that was decoded."""
        nodes = self.nodes
        n = len(nodes)
        if val is None:
            nodes.append(Node(op, name, args, at.lineno, at.col_offset, None, False, self.guard, -1, codecs))
            return n
        value, known = scalar(val.value)
        if val.codecs:
            codecs = codecs or shown(val.codecs)
        self.vals[n] = val
        nodes.append(Node(op, name, args, at.lineno, at.col_offset, value, known, self.guard, -1, codecs))
        return n

    def emit_scope(self, op: str, name: str, args: tuple[Arg, ...], at: Any, key: int, val: Known | None = None) -> int:
        """Append a node that refers to a scope."""
        n = len(self.nodes)
        value: Value = None
        known = False
        codecs: tuple[str, ...] = ()
        if val is not None:
            value, known = scalar(val.value)
            codecs = shown(val.codecs)
            self.vals[n] = val
        self.nodes.append(Node(op, name, args, at.lineno, at.col_offset, value, known, self.guard, key, codecs))
        return n

    def const(self, value: Any, at: Any) -> int:
        """Return the node of a literal; equal literals share one."""
        if value.__class__ is bytearray:
            value = bytes(value)  # a constant does not change, and has to be hashable
        key = (value.__class__, value)
        n = self.consts.get(key)
        if n is None:
            nodes = self.nodes
            n = self.consts[key] = len(nodes)
            known = True
            self.vals[n] = Known(value)
            if (key[0] is not str or not value.isascii()) and value is not None:
                value, known = scalar(value)
            nodes.append(Node("const", "", (), at.lineno, at.col_offset, value, known, self.guard))
        return n

    def load(self, ref: str, at: Any) -> int:
        """Return a node that loads a resolved name."""
        key = (ref, self.guard)
        n = self.loads.get(key)
        if n is None:
            from pratique.languages.python.lower import knowing

            val = constant(ref) if ref[0] != "." else knowing.own_data(self, ref) or UNKNOWN
            n = self.loads[key] = self.emit_known("name", ref, (), at, None if val is UNKNOWN else val)
            self.refs[n] = ref
        return n

    def load_marked(self, ref: str, at: Any, marks: tuple[str, ...]) -> int:
        """Return a node that loads a name found dynamically."""
        n = self.emit_known("name", ref, (), at, None, marks)
        self.refs[n] = ref
        if marks:
            self.marks[n] = marks
        return n

    def node_of(self, bound: Bound, at: Any) -> int:
        """Return the ordinal of what a variable stands for."""
        return self.load(bound, at) if type(bound) is str else bound  # type: ignore[return-value]

    def elements(self, n: int) -> tuple[Arg, ...]:
        """Return the elements of a display, with what was appended to it."""
        grown = self.grown.get(n)
        return self.nodes[n].args if grown is None else (*self.nodes[n].args, *grown)

    def phi(self, values: Iterable[Bound], at: Any) -> int:
        """Join alternatives; a single one is itself."""
        ordinals = list(dict.fromkeys(self.node_of(value, at) for value in values))[:PHI]
        if len(ordinals) == 1:
            return ordinals[0]
        n = self.emit_known("phi", "", tuple([Arg("", o) for o in ordinals]), at, self._agreed(ordinals))
        self.join_names(n, ordinals)
        return n

    def _agreed(self, ordinals: list[int]) -> Known | None:
        first = self.vals.get(ordinals[0])
        if first is None or type(first.value) not in _COMPARABLE:
            return None
        for other in ordinals[1:]:
            val = self.vals.get(other)
            if val is None or type(val.value) is not type(first.value) or val.value != first.value:
                return None
        return first

    def join_names(self, n: int, ordinals: Iterable[int]) -> None:
        """Give a joined value the names of its alternatives."""
        found: list[str] = []
        marks: tuple[str, ...] = ()
        for o in ordinals:
            ref = self.refs.get(o)
            if ref is not None:
                found.extend(self.alts.get(o) or (ref,))
                marks = marks or self.marks.get(o, ())
        if found:
            self.name_all(n, names.strongest(found))
            if marks:
                self.marks[n] = marks

    def name_all(self, n: int, refs: tuple[str, ...]) -> None:
        """Give a value its possible names."""
        self.refs[n] = refs[0]
        if len(refs) > 1:
            self.alts[n] = refs

    def reserve(self) -> int:
        """Take an ordinal for a node that `settle` fills in later."""
        self.nodes.append(_RESERVED)
        return len(self.nodes) - 1

    def settle(self, n: int, values: Iterable[Bound], at: Any, val: Known | None = None) -> None:
        """Make a reserved ordinal the phi of these values."""
        ordinals = list(dict.fromkeys(self.node_of(value, at) for value in values))[:PHI]
        known: tuple[Value, bool] = (None, False)
        if val is not None:
            self.vals[n] = val
            known = scalar(val.value)
        args = tuple([Arg("", o) for o in ordinals])
        codecs = shown(val.codecs) if val is not None else ()
        self.nodes[n] = Node("phi", "", args, at.lineno, at.col_offset, *known, self.guard, -1, codecs)
        self.join_names(n, ordinals)

    # -- expressions ---------------------------------------------------------------------------------------------

    def expr(self, node: ast.expr) -> int:
        """Lower one expression and return its ordinal."""
        kind = type(node)
        if kind is ast.Constant:  # the most frequent ones cannot go deep
            return self.const(node.value, node)  # type: ignore[attr-defined]
        unit = self.unit
        depth = unit.depth
        if depth >= DEPTH or unit.done:
            return self._deep(node)
        unit.depth = depth + 1
        n = EXPRESSIONS[kind](self, node)
        unit.depth = depth
        return n

    def _deep(self, node: ast.expr) -> int:
        """Lower what is nested too deeply to recurse into, from the inside outwards."""
        unit = self.unit
        depth, outer = unit.depth, unit.done
        if id(node) in outer:
            return outer[id(node)]
        if depth < DEPTH:
            unit.depth = depth + 1
            n = EXPRESSIONS[type(node)](self, node)
            unit.depth = depth
            return n
        unit.done = done = dict(outer)
        for part in reversed(_layers(node)):
            unit.depth = DEPTH - LAYER - 5
            done[id(part)] = EXPRESSIONS[type(part)](self, part)
        unit.depth = DEPTH - LAYER - 5
        n = EXPRESSIONS[type(node)](self, node)
        unit.depth, unit.done = depth, outer
        return n

    # -- guards --------------------------------------------------------------------------------------------------

    def new_guard(self, kind: str, cond: int = -1, *, negated: bool = False, swallows: bool = False) -> int:
        """Add a guard inside the current one."""
        self.guards.append(Guard(kind, cond, self.guard, negated, swallows))
        return len(self.guards) - 1

    # -- variables -----------------------------------------------------------------------------------------------

    def assign(self, name: str, bound: Bound, at: Any, *, store: bool = True) -> None:
        """Bind a variable; a module's variable, a captured or a class one also leaves a store."""
        if self.comp is not None:
            self.comp.setdefault(name, self.env.get(name))
            self.env[name] = bound
            return
        self.rebind(name, bound)
        target = self.declared.get(name)
        if target is not None:
            self._assign_elsewhere(target, name, bound, at)
            return
        seen = self.history.get(name)
        record = (bound, at.lineno, at.col_offset, self.guard)
        if seen is None:
            self.history[name] = [record]
        else:
            self.summaries.pop(name, None)
            if len(seen) < HISTORY:
                seen.append(record)
        if store and self.kind != "function":
            prefix = f".{self.name}.{name}" if self.kind == "class" else f".{name}"
            self.emit("store", prefix, (Arg("", self.node_of(bound, at)),), at)

    def _assign_elsewhere(self, target: Body, name: str, bound: Bound, at: Any) -> None:
        n = self.node_of(bound, at)
        if target.kind == "module":
            self.emit("store", f".{name}", (Arg("", n),), at)
        else:
            self.emit_scope("store", f"~{name}", (Arg("", n),), at, target.id)
        ref = self.refs.get(n)
        if ref is not None:
            seen = target.history.setdefault(name, [])
            target.summaries.pop(name, None)
            if len(seen) < HISTORY:
                seen.append((ref, at.lineno, at.col_offset, 0))

    def rebind(self, name: str, bound: Bound | None) -> None:
        """Change what a variable stands for from here on, and nothing else."""
        env, log = self.env, self.log
        if log is not None and name not in log:
            log[name] = env.get(name)
        if bound is None:
            env.pop(name, None)
        else:
            env[name] = bound

    def branch(self, run: Callable[[], bool], guard: int) -> tuple[Changes, bool]:
        """Run a branch under a guard; return what it changed, undone again, and whether it never ends normally."""
        outer_log, outer_guard = self.log, self.guard
        log: dict[str, Bound | None] = {}
        self.log, self.guard = log, guard
        ended = run()
        env = self.env
        changes = {name: env.get(name) for name in log}
        for name, old in log.items():
            if old is None:
                env.pop(name, None)
            else:
                env[name] = old
        self.log, self.guard = outer_log, outer_guard
        return changes, ended

    def merge(self, branches: list[Changes], at: Any) -> None:
        """Bind every variable that some branch changed to the join of what the branches leave."""
        changed = dict.fromkeys(name for branch in branches for name in branch)
        for name in changed:
            values = [branch[name] if name in branch else self.env.get(name) for branch in branches]
            defined = [value for value in dict.fromkeys(values) if value is not None]
            if len(defined) < len(set(values)) and name in names.BUILTINS:
                defined.append(f"builtins.{name}")
            if not defined:
                self.rebind(name, None)
            else:
                self.rebind(name, defined[0] if len(defined) == 1 else self.phi(defined, at))

    # -- what other scopes see -----------------------------------------------------------------------------------

    def summary(self, name: str) -> Summary | None:
        """Tell another scope about a variable of this one."""
        found = self.summaries.get(name)
        if found is not None:
            return found
        seen = self.history.get(name)
        current = self.env.get(name)
        if seen is None and current is None:
            return None
        values: list[Bound] = [current] if current is not None else []
        values += [record[0] for record in reversed(seen or ()) if record[0] != current]
        found = self.summaries[name] = self._summarise(values)
        return found

    def _summarise(self, values: list[Bound]) -> Summary:
        refs: list[str] = []
        whole = True
        marks: tuple[str, ...] = ()
        for value in values:
            if type(value) is str:
                refs.append(value)
                continue
            ref = self.refs.get(value)  # type: ignore[arg-type]
            if ref is None:
                whole = False
            else:
                refs.extend(self.alts.get(value) or (ref,))  # type: ignore[arg-type]
                marks = marks or self.marks.get(value, ())  # type: ignore[arg-type]
        return Summary(names.strongest(refs), whole, self._value(values), marks, self._origin(values))

    def _value(self, values: list[Bound]) -> Known | None:
        """Return the last value, or the only one that is not a placeholder such as None or an empty text."""
        vals = [self.lasting(value) if type(value) is int else None for value in values]
        if vals[0] is not None and (vals[0].value or len(vals) == 1):
            return vals[0]
        real = [val for val in vals if val is None or val.value]
        return real[0] if len(real) == 1 else None

    def lasting(self, n: int) -> Known | None:
        """Return a value as other scopes may see it."""
        val = self.vals.get(n)
        return steady(self.unit, val) if val is not None and isinstance(val.value, Held) else val

    def _origin(self, values: list[Bound]) -> tuple[Body, int] | None:
        for value in values:
            if type(value) is int:
                if self.nodes[value].op in ("pack", "call"):
                    return (self, value)
                if value in self.origin:
                    return self.origin[value]
        return None

    # -- the end -------------------------------------------------------------------------------------------------

    def finish(self) -> Scope:
        """Return the scope as facts."""
        for name in self.captured:
            for bound, line, col, guard in self.history.get(name, ()):
                if type(bound) is int:
                    self.nodes.append(Node("store", f"~{name}", (Arg("", bound),), line, col, None, False, guard))
        bases = self.cls.bases if self.cls is not None else ()
        return Scope(
            self.id, self.parent.id if self.parent is not None else -1, self.kind, self.name, self.params, self.span,
            tuple(self.nodes), tuple(self.guards), self.hole, self.mentions, bases, self.is_async, self.methods_of,
        )  # fmt: skip


def shown(codecs: tuple[str, ...]) -> tuple[str, ...]:
    """Return decoding steps as facts name them: putting texts together is not one, unless a name comes of it."""
    return tuple([codec for codec in codecs if codec != "concat"]) if "concat" in codecs else codecs


def scalar(value: Any) -> tuple[Value, bool]:
    """Return a value as a node may hold it, and whether it may: text, bytes, small numbers, booleans, None."""
    kind = type(value)
    if kind is str:
        if not value.isascii():
            value = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        return value, True
    if kind is bytes or kind is bool or value is None or kind is float:
        return value, True
    if kind is int:
        return (value, True) if -(1 << 63) <= value < 1 << 63 else (None, False)
    if isinstance(value, str):
        return scalar(str(value))
    return (bytes(value), True) if kind is bytearray else (None, False)


_COMPARABLE = frozenset((str, bytes, int, bool, float, type(None)))
_RESERVED = Node("phi", "", (), 0, 0)


def _layers(node: ast.expr) -> list[ast.expr]:
    """Return the expressions at every `LAYER`th level inside `node`, outermost first."""
    found: list[ast.expr] = []
    stack: list[tuple[ast.AST, int]] = [(child, 1) for child in ast.iter_child_nodes(node)]
    while stack:
        current, depth = stack.pop()
        if depth >= LAYER and type(current) in EXPRESSIONS and isinstance(getattr(current, "ctx", _LOAD), ast.Load):
            found.append(current)  # type: ignore[arg-type]
            depth = 0
        if type(current) is not ast.Lambda:
            stack.extend((child, depth + 1) for child in ast.iter_child_nodes(current))
    return found


_LOAD = ast.Load()
DEPTH = 110
"""Syntax nested deeper is read from the inside outwards."""
LAYER = 90
EXPRESSIONS: dict[type, Callable[[Body, Any], int]] = {}
STATEMENTS: dict[type, Callable[[Body, Any], bool | None]] = {}
"""Return True when what follows in the block is not reached."""
