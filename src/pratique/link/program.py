"""The linked program: all scopes of all files with one numbering, and the tables that linking looks things up in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from pratique.link.modules import Modules
from pratique.model import Facts, File, Import, Node, Scope

PUTS = (
    "append", "extend", "add", "update", "insert", "write", "writelines", "setdefault", "put", "appendleft", "push",
    "writestr", "add_field", "attach", "set_payload", "__setitem__", "set_content", "add_attachment",
    "add_alternative", "add_header", "add_row", "put_nowait", "send_nowait", "setopt", "feed", "writerow", "writerows",
)  # fmt: skip
"""Methods that put their arguments into the object they are called on."""

BOXES = frozenset({
    "contextvars.ContextVar().set", "configparser.ConfigParser().read", "configparser.RawConfigParser().read",
})  # fmt: skip
"""Methods that do so on objects of one kind alone."""
INTO = {
    "builtins.print": ("file",), "json.dump": ("1", "0"), "pickle.dump": ("1", "0"), "marshal.dump": ("1", "0"),
    "yaml.dump": ("1", "0"), "shutil.copyfileobj": ("1", "0"),
}  # fmt: skip
"""Functions that write into one of their arguments: that one, and what they write; alone: all others."""
WRITERS = frozenset({
    "csv.writer", "csv.DictWriter", "zipfile.ZipFile", "tarfile.open", "gzip.GzipFile", "bz2.BZ2File", "lzma.LZMAFile",
    "io.TextIOWrapper", "io.BufferedWriter", "codecs.getwriter()", "pickle.Pickler",
})  # fmt: skip
"""Calls that make something which writes on into what it was made with."""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One file, or one decoded layer, with its facts."""

    file: File
    facts: Facts
    parent: tuple[int, int] | None = None
    """For a layer: the global scope and the ordinal of the call that runs it."""
    also: tuple[tuple[int, int], ...] = ()
    """For a layer: further calls that run it, in the same function or in other layers that it runs."""
    home: int | None = None
    """For a layer: the unit of the real file it was found in."""
    codecs: tuple[str, ...] = ()
    """For a layer: the decoders that it and the layers around it came through."""


Ref = tuple[int, int]
"""A value: (global scope number, ordinal of the node)."""


@dataclass(slots=True)
class Program:
    """Facts of an artifact in one address space. Built once, then only read."""

    units: list[Unit]
    modules: Modules
    scopes: list[Scope] = field(default_factory=list)
    unit_of: list[int] = field(default_factory=list)
    base: list[int] = field(default_factory=list)
    """First global scope number of each unit; the module scope of unit u is `base[u]`."""
    definitions: list[dict[str, int]] = field(default_factory=list)
    """Per unit: qualified name to global scope."""
    imports: list[dict[str, Import]] = field(default_factory=list)
    """Per unit: alias at module level to what it imports."""
    stars: list[tuple[str, ...]] = field(default_factory=list)
    """Per unit: modules that it star-imports at module level."""
    global_stores: dict[tuple[int, str], list[Ref]] = field(default_factory=lambda: defaultdict(list))
    """(unit, NAME) to the values assigned."""
    attr_stores: dict[tuple[int, str], list[Ref]] = field(default_factory=lambda: defaultdict(list))
    """(global class scope, attribute) to the values assigned."""
    free_stores: dict[tuple[int, str], list[Ref]] = field(default_factory=lambda: defaultdict(list))
    """(global scope that owns the variable, variable) to the values assigned."""
    twins: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Units of files that bear the same name in one archive: who opens one may get another."""
    elsewhere: list[tuple[int, str, Ref]] = field(default_factory=list)
    """(unit, name, value) of what is stored in, or put into, a global of another module, or is held by a name."""
    outer: list[tuple[Ref, str, Ref]] = field(default_factory=list)
    """(object, attribute, value) of what is stored in, or put into, an attribute of an object that is not `self`."""
    defaults: dict[int, list[Ref]] = field(default_factory=dict)
    """Function to the values of its defaults, in order, where it is defined."""
    puts: dict[tuple[int, str], list[Ref]] = field(default_factory=lambda: defaultdict(list))
    """(unit, NAME) to what is put into the container that a global holds."""
    foreign: set[tuple[int, str]] = field(default_factory=set)
    """Globals that other modules assign: what their own module says of them is not all."""
    beside: dict[int, dict[str, list[int]]] = field(default_factory=dict)
    """Unit to the names that it, its file and the file's layers in one language bind, with who binds them."""
    methods: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Method name to the global scopes of all methods so named."""

    def node(self, ref: Ref) -> Node:
        """Return the node at a reference."""
        return self.scopes[ref[0]].nodes[ref[1]]

    def scope_id(self, unit: int, local: int) -> int:
        """Return the global number of a unit's own scope id."""
        return self.base[unit] + local

    def class_of(self, scope: int) -> int:
        """Return the global class scope that a method belongs to, else -1; closures look outwards."""
        while scope >= 0:
            local = self.scopes[scope]
            unit = self.unit_of[scope]
            if local.methods_of >= 0:
                return self.base[unit] + local.methods_of
            if local.kind == "class":
                return scope
            if local.parent < 0 or local.id == 0:
                return -1
            scope = self.base[unit] + local.parent
        return -1

    def bound(self, unit: int) -> frozenset[str]:
        """Return the names that a unit defines, imports or assigns at module level."""
        stored = (node.name for at in self._scopes_of(unit) for node in at.nodes if node.op == "store")
        globals_ = (name[1:].removesuffix("[]") for name in stored if name[:1] == ".")
        return frozenset(name for name in (*self.definitions[unit], *self.imports[unit], *globals_) if "." not in name)

    def _scopes_of(self, unit: int) -> list[Scope]:
        return self.scopes[self.base[unit] : self.base[unit] + len(self.units[unit].facts.scopes)]

    def language_of(self, scope: int) -> str:
        """Return the language that a scope is written in."""
        return self.units[self.unit_of[scope]].facts.language


def build(units: Sequence[Unit], mounts: Sequence[tuple[str, ...]] = ()) -> Program:
    """Give numbers to all scopes; index definitions, imports and stores. `mounts`: importable archives' segments."""
    homes = {number: unit.home for number, unit in enumerate(units) if unit.home is not None}
    program = Program(units=list(units), modules=Modules([unit.file.segments for unit in units], homes, mounts))
    for number, unit in enumerate(units):
        _number(program, number, unit)
    for scope in range(len(program.scopes)):
        _index_stores(program, scope)
    _index_twins(program)
    for layer, home in homes.items():
        _index_layer(program, layer, home)
    return program


def add(program: Program, unit: Unit) -> None:
    """Add a layer, or a file that is no module, to a program that was built already."""
    program.units.append(unit)
    program.modules.add(unit.file.segments, unit.home)
    first = len(program.scopes)
    _number(program, len(program.units) - 1, unit)
    for scope in range(first, len(program.scopes)):
        _index_stores(program, scope)
    if unit.home is not None:
        _index_layer(program, len(program.units) - 1, unit.home)


def _number(program: Program, number: int, unit: Unit) -> None:
    base = len(program.scopes)
    program.base.append(base)
    program.scopes.extend(unit.facts.scopes)
    program.unit_of.extend([number] * len(unit.facts.scopes))
    _index_names(program, unit, base)


def _index_layer(program: Program, layer: int, home: int) -> None:
    """Let a layer, its file and the file's other layers share their globals: all three in one language."""
    if program.units[layer].facts.language != program.units[home].facts.language:
        return
    if home not in program.beside:
        program.beside[home] = defaultdict(list)
        _index_bound(program, home, program.beside[home])
    program.beside[layer] = program.beside[home]
    _index_bound(program, layer, program.beside[layer])


def _index_bound(program: Program, unit: int, table: dict[str, list[int]]) -> None:
    for name in program.bound(unit):
        table[name].append(unit)


def _index_twins(program: Program) -> None:
    by_place: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, unit in enumerate(program.units):
        if unit.home is None:
            by_place[unit.file.segments].append(number)
    for same in by_place.values():
        if len(same) > 1:
            program.twins.update({one: tuple(other for other in same if other != one) for one in same})


def _index_names(program: Program, unit: Unit, base: int) -> None:
    definitions: dict[str, int] = {}
    for scope in unit.facts.scopes:
        if scope.id:
            definitions[scope.name] = base + scope.id
            if scope.methods_of >= 0:
                program.methods[scope.name.rsplit(".", 1)[-1]].append(base + scope.id)
    program.definitions.append(definitions)
    imports: dict[str, Import] = {}
    stars = []
    for item in unit.facts.imports:
        if item.scope != 0:
            continue
        if item.name == "*":
            stars.append(item.module)
        else:
            alias = item.alias or item.name or item.module.split(".", 1)[0]
            imports.setdefault(alias, item)
    program.imports.append(imports)
    program.stars.append(tuple(stars))


def _index_stores(program: Program, scope: int) -> None:
    unit = program.unit_of[scope]
    nodes = program.scopes[scope].nodes
    for node in nodes:
        if node.op == "enter" and node.key >= 0:
            defaults = [(scope, arg.node) for arg in node.args if arg.key == "default"]
            if defaults:
                program.defaults[program.scope_id(unit, node.key)] = defaults
        if node.op == "call" and (node.name.rsplit(".", 1)[-1] in PUTS or node.name in BOXES):
            _index_put(program, scope, node)
        if node.op != "store" or not node.args:
            continue
        value = next((arg.node for arg in node.args if arg.key == ""), None)
        if value is None:
            continue
        name = node.name
        if name[:1] == ".":
            program.global_stores[unit, name[1:].removesuffix("[]")].append((scope, value))
            if name.endswith("[]"):
                program.puts[unit, name[1:-2]].append((scope, value))
            if program.scopes[scope].kind == "class":
                program.attr_stores[scope, name.rsplit(".", 1)[-1]].append((scope, value))
            elif "." in name[1:]:
                program.elsewhere.append((unit, name, (scope, value)))
        elif name[:1] == "@":
            _index_attribute(program, scope, node, (scope, value))
        elif name == "[]":
            _index_put(program, scope, node)
        elif name[:1] != "~":
            program.elsewhere.append((unit, name, (scope, value)))
        elif name[:1] == "~":
            owner = program.scope_id(unit, node.key) if node.key >= 0 else scope
            program.free_stores[owner, name[1:]].append((scope, value))


def _index_put(program: Program, scope: int, node: Node) -> None:
    """Note what is put into a container that a global or an attribute holds: every function that looks finds it."""
    receiver = next((arg.node for arg in node.args if arg.key == "self"), -1)
    unit = program.unit_of[scope]
    values = [(scope, arg.node) for arg in node.args if arg.key not in ("self", "func", "key")]
    if receiver < 0:
        head = node.name.rpartition(".")[0]
        program.elsewhere.extend((unit, f"{head}[]", value) for value in values if head and head[:1] != "?")
        return
    held = program.scopes[scope].nodes[_container(program.scopes[scope].nodes, receiver)]
    if held.op == "call":
        head = held.name.rpartition(".")[0]  # `TABLE.setdefault(key, []).append(value)`
        program.elsewhere.extend((unit, f"{head}[]", value) for value in values if head and head[:1] in ".^")
    if held.op == "name":
        program.elsewhere.extend((unit, f"{held.name}[]", value) for value in values)
    elif held.op == "attr":
        for value in values:
            _index_attribute(program, scope, held, value)
    elif held.op == "free":
        program.free_stores[program.scope_id(program.unit_of[scope], held.key), held.name].extend(values)


_HOLDERS = ("setdefault", "get", "pop", "__getitem__")
"""Methods of a container that give back what it holds."""


def _container(nodes: tuple[Node, ...], at: int) -> int:
    """Return the container whose element a value is, the value itself where it is none."""
    for _ in range(8):
        node = nodes[at]
        wanted = "self" if node.op == "call" and node.name.rsplit(".", 1)[-1] in _HOLDERS else ""
        if node.op not in ("item", "call") or (node.op == "call" and not wanted):
            break
        held = next((arg.node for arg in node.args if arg.key == wanted), -1)
        if held < 0:
            break
        at = held
    return at


def _index_attribute(program: Program, scope: int, node: Node, value: Ref) -> None:
    """Note what an attribute holds: of the class around where it is `self`'s, else of whatever class its object has."""
    nodes = program.scopes[scope].nodes
    wanted = "self" if node.op == "store" else ""
    receiver = next((arg.node for arg in node.args if arg.key == wanted), -1)
    name = node.name.removeprefix("@")
    made = nodes[receiver] if receiver >= 0 else None
    owner = program.class_of(scope)
    if owner >= 0 and (made is None or made.op in ("param", "free", "attr")):
        program.attr_stores[owner, name].append(value)
    if made is not None and not (made.op == "param" and program.scopes[scope].params[:1] == (made.name,)):
        program.outer.append(((scope, receiver), name, value))
