"""Calls that no call expression shows: class hooks, dunders, properties, decorators, patches, escaping functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pratique.link import dispatch, hooks
from pratique.model import Node

if TYPE_CHECKING:
    from pratique.link.calls import Linker

_RUNS_RUN = frozenset({
    "threading.Thread", "threading.Timer", "multiprocessing.Process", "multiprocessing.context.Process",
    "PyQt5.QtCore.QThread", "PySide6.QtCore.QThread",
})  # fmt: skip
_WRAPPERS = (
    "functools.", "contextlib.", "abc.", "typing.", "dataclasses.", "types.", "enum.", "asyncio.coroutine",
    "unittest.mock.",
)  # fmt: skip
"""Decorators that give back a wrapped function: defining one runs nothing of it."""
_IMPORT_HOOKS = (
    "find_spec", "find_module", "load_module", "exec_module", "create_module", "invalidate_caches", "__call__",
)  # fmt: skip
_LOADS = ("create_module", "exec_module", "load_module", "get_code", "get_data", "get_source", "source_to_code")
"""What the import system calls of a loader."""
PROPERTIES = ("builtins.property", "functools.cached_property")
_MODULE_HOOKS = ("__getattr__", "__getattribute__", "__call__", "__dir__", "__setattr__")
"""What a module runs for whoever uses it, once it has a class of its own."""
_OF_MODULE = ("__getattr__", "__dir__")
"""PEP 562: `from module import name` runs them."""
_ENUMS = ("enum.", "aenum.")
_BY_ENUM = ("__init__", "__new__", "_generate_next_value_")
"""Methods that defining an enumeration runs for each of its members."""
_ON_CLASS = {"base": ("__init_subclass__",), "meta": ("__prepare__", "__new__", "__init__", "__call__")}
_NOT_ON_INSTANCE = frozenset(
    {"__init_subclass__", "__class_getitem__", "__prepare__", "__set_name__", "__get__", "__set__"}
)
ON_CALL = frozenset({"_missing_"})
"""Methods without two underscores that calling the class may run: `enum.Enum._missing_`."""
_COMMANDS = frozenset({
    "install", "develop", "egg_info", "build", "build_py", "build_ext", "build_clib", "build_scripts", "sdist",
    "bdist_wheel", "bdist_egg", "install_lib", "install_scripts", "install_data", "install_egg_info", "dist_info",
    "editable_wheel",
})  # fmt: skip
"""Commands that building or installing runs."""
_OF_COMMAND = ("initialize_options", "finalize_options", "run")
_GIVEN = frozenset({"__new__", "__init__", "__post_init__"})
"""Methods that get what a class is called with."""
_RUN_BY_MAKING = frozenset({
    "__new__", "__init__", "__post_init__", "__call__", "__enter__", "__aenter__", "__iter__", "__next__", "__await__",
    "__getattr__", "__getattribute__", "__del__",
})  # fmt: skip
"""Methods of bases that are followed to what overrides the methods they call: arithmetic on objects is not."""
_ELSEWHERE = frozenset({"__call__", "__enter__", "__exit__", "__aenter__", "__aexit__"})
"""Methods that calls and `with` statements run: there is an edge where they do so, as far as they know the object."""
_REBUILDS = (".__reduce__", ".__reduce_ex__", ".__getnewargs__")


def instantiate(linker: Linker, scope: int, ordinal: int, owner: int, *, firm: bool) -> None:
    """Link a class that is called: its constructor runs, and the dunder methods of what it makes will.

    An object is made to be used; which operator, context or iteration uses it is not worth a guess of its own.
    """
    program, node = linker.program, linker.program.node((scope, ordinal))
    local = program.scopes[owner]
    making = _by_making(linker, owner)
    for name, method in making:
        if name in _GIVEN:
            linker.graph.sites[method].append((scope, ordinal, 1))
    made = (scope, owner, node.guard, firm)
    if made in linker.made:  # one edge serves all objects that a scope makes of a class
        return
    linker.made.add(made)
    linker.handlers.methods(scope, node, owner)
    for name, method in making:
        sure = firm and name not in _ELSEWHERE
        linker.edge(scope, method, node, f"makes a {local.name} ({name})", firm=sure)
        if name in _RUN_BY_MAKING:
            overrides(linker, scope, node, owner, method, firm=firm)
    if any(base in _RUNS_RUN for base in local.bases):
        method = linker.method(owner, "run")
        if method >= 0:
            linker.edge(scope, method, node, f"starts {local.name}.run()", firm=firm)


def overrides(linker: Linker, scope: int, node: Node, owner: int, method: int, *, firm: bool = True) -> None:
    """Link the methods of `owner` that take the place of those which a method of one of its bases calls."""
    for target in dispatch.overriding(linker, owner, method):
        name = linker.program.scopes[target].name
        linker.edge(scope, target, node, f"runs {name}() in the place of its base's", firm=firm)


def _by_making(linker: Linker, owner: int) -> tuple[tuple[str, int], ...]:
    """Return the special methods that an object of a class has, by name."""
    if owner not in linker.by_making:
        found = ((name, linker.method(owner, name)) for name in _dunders(linker, owner))
        linker.by_making[owner] = tuple((name, method) for name, method in found if method >= 0)
    return linker.by_making[owner]


def _dunders(linker: Linker, owner: int) -> tuple[str, ...]:
    """Return the dunder methods that a class and its bases in the artifact define, in order."""
    found: dict[str, None] = {}
    stack, seen = [owner], {owner}
    while stack and len(seen) < 32:
        at = stack.pop()
        unit = linker.program.unit_of[at]
        for name in linker.dunders.get(at, ()):
            if name not in _NOT_ON_INSTANCE:
                found.setdefault(name)
        for base in linker.program.scopes[at].bases:
            target = linker.names.resolve(unit, base).scope
            if target >= 0 and target not in seen:
                seen.add(target)
                stack.append(target)
    return tuple(found)


def handed_object(linker: Linker, scope: int, node: Node, given: int, *, firm: bool) -> None:
    """Link an own object that is handed to a call: outside code calls what it defines in the place of its base's."""
    owner = linker.class_made((scope, given))
    made = (
        scope,
        ~owner,
        node.guard,
        firm,
    )  # one edge serves all calls of a scope that objects of a class are handed to
    if owner < 0 or not linker.program.scopes[owner].bases or made in linker.made:
        return
    linker.made.add(made)
    for name in dict(linker.defined(owner)):
        method = linker.method(owner, name)
        text = (
            f"hands a {linker.program.scopes[owner].name} to {node.name.lstrip('.?') or 'a call'}, which runs {name}()"
        )
        if method >= 0:
            linker.edge(scope, method, node, text, firm=firm)


def import_hooks(linker: Linker, scope: int, node: Node) -> None:
    """Link an object put on `sys.meta_path` or `sys.path_hooks`: it is called at every import."""
    for arg in node.args:
        owner = linker.class_made((scope, arg.node))
        owners = [owner] if owner >= 0 else list(linker.callables((scope, arg.node)))
        for one in owners:
            if linker.program.scopes[one].kind != "class":
                linker.edge(scope, one, node, f"hooks imports with {linker.program.scopes[one].name}()")
                continue
            for name in _IMPORT_HOOKS:
                method = linker.method(one, name)
                if method >= 0:
                    linker.edge(scope, method, node, f"hooks imports with {linker.program.scopes[method].name}()")


def setup_commands(linker: Linker, scope: int, node: Node) -> None:
    """Link the commands that a `setup()` in a decoded layer replaces: in a file of its own they are ways in."""
    nodes = linker.program.scopes[scope].nodes
    for arg in node.args:
        pairs = nodes[arg.node].args if arg.key == "cmdclass" else ()
        keys = [nodes[one.node].value for one in pairs if one.key == "k"]
        values = [one.node for one in pairs if one.key == "v"]
        for key, value in zip(keys, values, strict=False):
            for owner in linker.callables((scope, value)) if key in _COMMANDS else ():
                if linker.program.scopes[owner].kind == "class":
                    _run(linker, scope, node, owner, _OF_COMMAND, f"replaces the command {key}")


def enter(linker: Linker, scope: int, node: Node) -> None:
    """Link a definition: decorators and metaclasses run now, a class body runs now."""
    program, unit = linker.program, linker.program.unit_of[scope]
    defined = program.scope_id(unit, node.key) if node.key >= 0 else -1
    if node.name in _OF_MODULE and program.scopes[scope].kind == "module" and defined >= 0:
        linker.edge(scope, defined, node, f"answers for what the module does not have ({node.name})")
    if defined >= 0 and program.scopes[defined].kind == "class":
        linker.edge(scope, defined, node, f"defines class {node.name}")
        linker.handlers.replaced(defined)
        if any(base.startswith(_ENUMS) for base in program.scopes[defined].bases):
            _run(linker, scope, node, defined, _BY_ENUM, f"defines class {node.name}")
    lookup = linker.map_of(program.language_of(scope)).lookup_callback
    for arg in node.args:
        value = program.scopes[scope].nodes[arg.node]
        if arg.key == "deco":
            for target in linker.callables((scope, arg.node)):
                if program.scopes[target].kind != "class":
                    _decorate(linker, scope, node, defined, target)
            name = linker.handlers.spelled(scope, value)
            if defined < 0 or not name or name.startswith(_WRAPPERS) or not lookup(name):
                continue
            if not linker.handlers.register(scope, node, defined, name):
                linker.edge(scope, defined, node, f"hands {node.name}() to {name}")
        for hook in _ON_CLASS.get(arg.key, ()):
            for owner in linker.callables((scope, arg.node)):
                target = linker.method(owner, hook) if program.scopes[owner].kind == "class" else -1
                if target >= 0:
                    linker.edge(scope, target, node, f"defines class {node.name} ({hook})")


def _decorate(linker: Linker, scope: int, node: Node, defined: int, target: int) -> None:
    """Link a decorator: it gets what is defined, and what it gives back runs in the place of that."""
    program = linker.program
    linker.edge(scope, target, node, f"decorates {node.name} with {program.scopes[target].name}()")
    if defined < 0:
        return
    ordinal = next((at for at, one in enumerate(program.scopes[scope].nodes) if one is node), -1) + 1
    linker.graph.given[target].append(((scope, ordinal), int(program.scopes[target].methods_of >= 0), ordinal))
    for one in program.scopes[target].nodes:
        for wrapper in linker.callables((target, one.args[0].node)) if one.op == "return" and one.args else ():
            if wrapper != defined and program.scopes[wrapper].kind == "function":
                text = f"{program.scopes[wrapper].name}() runs in the place of {node.name}()"
                linker.edge(defined, wrapper, node, text, always=True)
                linker.graph.wrapped[wrapper].append(defined)


def _run(linker: Linker, scope: int, node: Node, owner: int, names: tuple[str, ...], text: str) -> None:
    """Link the methods of a class that have one of these names."""
    for name in names:
        method = linker.method(owner, name)
        if method >= 0:
            linker.edge(scope, method, node, f"{text} ({name})")


def store(linker: Linker, scope: int, node: Node) -> None:
    """Link an assignment: a patch is called by whoever uses what was patched, a descriptor learns its name."""
    program = linker.program
    if node.name == "@__class__":
        for arg in node.args:
            for owner in linker.callables((scope, arg.node)) if arg.key == "" else ():
                _run(linker, scope, node, owner, _MODULE_HOOKS, f"becomes a {program.scopes[owner].name}")
    hooks.note(linker, scope, node)
    patch = _is_patch(linker, scope, node.name)
    for arg in node.args:
        if arg.key:
            continue
        for target in linker.callables((scope, arg.node)):
            if linker.handlers.assigned(scope, node, target):
                continue
            if patch:
                _patch(linker, target, node.name)
            if program.scopes[target].kind == "function" and node.name[:1] not in (".", "~"):
                text = (
                    f"puts {program.scopes[target].name}() in the place of {node.name}"
                    if patch
                    else (f"passes {program.scopes[target].name}() on")
                )
                linker.edge(scope, target, node, text, firm=patch)
        owner = linker.class_made((scope, arg.node))
        if owner >= 0 and node.name == "@loader":
            _run(linker, scope, node, owner, _LOADS, f"loads modules by a {program.scopes[owner].name}")
        if owner >= 0 and program.scopes[scope].kind == "class":
            for name, firm in (("__set_name__", True), ("__get__", False)):
                method = linker.method(owner, name)
                if method >= 0:
                    linker.edge(scope, method, node, f"holds a {program.scopes[owner].name} ({name})", firm=firm)


def _is_patch(linker: Linker, scope: int, name: str) -> bool:
    """Return whether a store changes something outside the artifact: others call it soon. Its own classes can wait."""
    program = linker.program
    if name[:1] in (".", "~", "@", "[") or program.modules.longest(program.unit_of[scope], name) is not None:
        return False
    return bool(linker.map_of(program.language_of(scope)).lookup_store(name))


def _patch(linker: Linker, target: int, name: str) -> None:
    """Note what takes the place of an outside name: a function, or all methods of a class."""
    program = linker.program
    linker.graph.patched.setdefault(target, name)
    if program.scopes[target].kind == "class":
        base = program.base[program.unit_of[target]]
        for at, one in enumerate(program.units[program.unit_of[target]].facts.scopes):
            if one.methods_of == target - base:
                linker.graph.patched.setdefault(base + at, name)


def descriptors(linker: Linker, first: int) -> None:
    """Note which attributes of the classes from `first` on are answered for by objects of own classes."""
    for scope in range(first, len(linker.program.scopes)):
        local = linker.program.scopes[scope]
        for node in local.nodes if local.kind == "class" else ():
            if node.op == "store" and node.args and node.name[:1] == ".":
                made = linker.class_made((scope, node.args[0].node))
                if made >= 0 and linker.method(made, "__get__") >= 0:
                    linker.described[node.name.rsplit(".", 1)[-1]].setdefault(scope, []).append(made)


def give_back(linker: Linker, scope: int, node: Node) -> None:
    """Link a function value that is returned: it may be called by whoever gets it."""
    for arg in node.args:
        for target in linker.callables((scope, arg.node)) if arg.key == "" else ():
            if linker.program.scopes[target].kind == "function":
                linker.graph.returned[scope].append(target)
                firm = linker.program.scopes[scope].name.endswith(_REBUILDS)
                linker.edge(scope, target, node, f"passes {linker.program.scopes[target].name}() on", firm=firm)


def attribute(linker: Linker, scope: int, node: Node) -> None:
    """Link an attribute read from an object of the artifact: it may be a property or a descriptor."""
    program = linker.program
    if node.name not in program.methods and node.name not in linker.described:
        return
    receiver = next((arg.node for arg in node.args if arg.key == ""), -1)
    owner = linker.class_made((scope, receiver)) if receiver >= 0 else -1
    sure = owner >= 0
    owner = owner if sure else program.class_of(scope)
    for made in linker.described.get(node.name, {}).get(owner, ()):
        _run(linker, scope, node, made, ("__get__",), f"reads {node.name}")
    target = linker.method(owner, node.name) if owner >= 0 else -1
    if target >= 0:
        linker.edge(scope, target, node, f"reads {node.name}", firm=sure or target in linker.properties)


def global_attribute(linker: Linker, scope: int, node: Node) -> None:
    """Link a property that is read from an object which a global holds: `settings.debug`."""
    name = node.name.rpartition(".")[2]
    if name not in linker.program.methods or "." not in node.name.lstrip(".^"):
        return
    for owner in linker.objects.of_name(linker.program.unit_of[scope], node.name)[0]:
        target = linker.method(owner, name)
        if target in linker.properties:
            linker.edge(scope, target, node, f"reads {node.name.lstrip('.^')}")


HANDLERS: dict[str, Callable[[Linker, int, Node], None]] = {
    "enter": enter,
    "return": give_back,
    "store": store,
    "attr": attribute,
}
