"""Names that are reached in another way: aliases, look-ups at run time, containers, wrappers around a callable."""

from __future__ import annotations

import ast
from collections.abc import Callable
from random import Random

from evasion_kit import Evasion, Package, code, each_tree, expression, has_sources, insert, prologue, word


def named(
    name: str,
    change: Callable[[ast.Module, Random], ast.Module],
    *,
    blind: bool = False,
    conceals: bool = False,
    proof="names",
) -> Evasion:
    """Make an evasion of every file's tree."""

    def apply(package: Package, random: Random) -> Package:
        return each_tree(package, change, random)

    return Evasion(
        name=f"names-{name}",
        family="names",
        apply=apply,
        applies=has_sources,
        proof=proof,
        blind=blind,
        conceals=conceals,
    )


def imported(tree: ast.Module) -> set[str]:
    """Return the names that plain top-level imports bind."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return found


class _Attributes(ast.NodeTransformer):
    """Rewrites `module.name` where the module is imported, from the innermost out."""

    def __init__(self, modules: set[str], make: Callable[[str, str], str], *, only_calls: bool = False) -> None:
        self.modules, self.make, self.only_calls = modules, make, only_calls

    def visit_Attribute(self, node):
        if isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name) and node.value.id in self.modules:
            return expression(self.make(node.value.id, node.attr))
        return self.generic_visit(node)

    def visit_Call(self, node):
        return self.generic_visit(node)


def attributes(make: Callable[[str, str, Random], str], needs: str = "") -> Callable[[ast.Module, Random], ast.Module]:
    """Return the change that writes `module.name` by `make`."""

    def change(tree: ast.Module, random: Random) -> ast.Module:
        made = _Attributes(imported(tree), lambda module, name: make(module, name, random)).visit(tree)
        return insert(made, code(needs))

    return change


class _Calls(ast.NodeTransformer):
    """Rewrites the function of every call that is an attribute of a name or a built-in that runs code."""

    def __init__(self, make: Callable[[ast.expr, ast.Call], ast.expr]) -> None:
        self.make = make

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and not _is_super(node.func.value):
            return self.make(node.func, node)
        if isinstance(node.func, ast.Name) and node.func.id in ("exec", "eval", "open", "compile"):
            return self.make(node.func, node)
        return node


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def calls(template: str, needs: str = "") -> Callable[[ast.Module, Random], ast.Module]:
    """Return the change that writes the function F of a call as the template says."""

    def make(function: ast.expr, call: ast.Call) -> ast.expr:
        made = expression(template.replace("F", f"({ast.unparse(function)})"))
        return ast.Call(func=made, args=call.args, keywords=call.keywords)

    def change(tree: ast.Module, random: Random) -> ast.Module:
        return insert(_Calls(make).visit(tree), code(needs))

    return change


def _partial(tree: ast.Module, random: Random) -> ast.Module:
    """Bind the arguments first, call later."""

    def make(function: ast.expr, call: ast.Call) -> ast.expr:
        bound = ast.Call(func=expression("functools.partial"), args=[function, *call.args], keywords=call.keywords)
        return ast.Call(func=bound, args=[], keywords=[])

    return insert(_Calls(make).visit(tree), code("import functools"))


def _applied(tree: ast.Module, random: Random) -> ast.Module:
    """Hand function and arguments to a helper that calls what it gets."""

    def make(function: ast.expr, call: ast.Call) -> ast.expr:
        return ast.Call(func=ast.Name(id="_apply"), args=[function, *call.args], keywords=call.keywords)

    helper = code("def _apply(f, /, *args, **kwargs):\n    return f(*args, **kwargs)")
    return insert(_Calls(make).visit(tree), helper)


def _starred(tree: ast.Module, random: Random) -> ast.Module:
    """Hand the positional arguments over as a list."""

    def make(function: ast.expr, call: ast.Call) -> ast.expr:
        if any(isinstance(one, ast.Starred) for one in call.args):
            return call
        packed = ast.Starred(value=ast.List(elts=call.args, ctx=ast.Load()), ctx=ast.Load())
        return ast.Call(func=function, args=[packed], keywords=call.keywords)

    return _Calls(make).visit(tree)


def _keywords(tree: ast.Module, random: Random) -> ast.Module:
    """Hand the keyword arguments over as a mapping."""

    def make(function: ast.expr, call: ast.Call) -> ast.expr:
        if not call.keywords or any(word.arg is None for word in call.keywords):
            return call
        items = ast.Dict(
            keys=[ast.Constant(value=word.arg) for word in call.keywords], values=[word.value for word in call.keywords]
        )
        return ast.Call(func=call.func, args=call.args, keywords=[ast.keyword(arg=None, value=items)])

    return _Calls(make).visit(tree)


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node):
        return ast.copy_location(ast.Name(id=self.names.get(node.id, node.id), ctx=node.ctx), node)

    def visit_Global(self, node):
        return ast.Global(names=[self.names.get(name, name) for name in node.names])


def own_names(tree: ast.Module) -> set[str]:
    """Return the variables of a file that can be renamed: assigned, no parameter, no function, class or import."""
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    kept = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            kept |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return {name for name in stored - kept if not name.startswith("__")}


def _rename(tree: ast.Module, random: Random) -> ast.Module:
    return _Renamed({name: word(random, 9) for name in sorted(own_names(tree))}).visit(tree)


def _bare_names(tree: ast.Module, random: Random) -> ast.Module:
    """Rename to runs of l, I and O, as obfuscators do."""
    made = {}
    for at, name in enumerate(sorted(own_names(tree))):
        made[name] = "".join("lI"[int(bit)] for bit in f"{at + 65:b}") + "O" * random.randint(1, 4)
    return _Renamed(made).visit(tree)


_BOLD = {chr(ord("a") + at): chr(0x1D41A + at) for at in range(26)}


class _Bold(ast.NodeTransformer):
    """Writes names with letters that Python folds to plain ones (PEP 3131, NFKC)."""

    def __init__(self, known: set[str]) -> None:
        self.known = known

    def visit_Name(self, node):
        return ast.Name(id=_bold(node.id), ctx=node.ctx)

    def visit_Attribute(self, node):
        return ast.Attribute(value=self.visit(node.value), attr=_bold(node.attr), ctx=node.ctx)


def _bold(name: str) -> str:
    return name if name.startswith("__") else "".join(_BOLD.get(one, one) for one in name)


def _unicode(tree: ast.Module, random: Random) -> ast.Module:
    return _Bold(set()).visit(tree)


def _alias(tree: ast.Module, random: Random) -> ast.Module:
    """Import every module under another name; a dotted one under its first part, as before."""
    made = {name: word(random, 5) for name in sorted(imported(tree))}
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname is None and "." in alias.name:
                    made.pop(alias.name.partition(".")[0], None)
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                alias.asname = made.get(alias.asname or alias.name, alias.asname)
    return _Renamed(made).visit(tree)


class _Dotted(ast.NodeTransformer):
    """Takes `module.name` to a name of its own and remembers which."""

    def __init__(self, modules: dict[str, str], random: Random) -> None:
        self.modules, self.random, self.taken = modules, random, {}

    def visit_Attribute(self, node):
        dotted = ast.unparse(node)
        module, _, name = dotted.rpartition(".")
        if isinstance(node.ctx, ast.Load) and module in self.modules:
            key = (self.modules[module], name)
            return ast.Name(id=self.taken.setdefault(key, word(self.random, 6)), ctx=ast.Load())
        return self.generic_visit(node)


def _from_imports(tree: ast.Module, random: Random) -> ast.Module:
    """Import the functions and not the modules."""
    modules = {
        alias.asname or alias.name: alias.name
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    taker = _Dotted(modules, random)
    tree = taker.visit(tree)
    added = [
        ast.ImportFrom(module=module, names=[ast.alias(name=name, asname=alias)], level=0)
        for (module, name), alias in taker.taken.items()
    ]
    return insert(tree, added)


def _assigned(tree: ast.Module, random: Random) -> ast.Module:
    """Bind the functions to variables first."""
    return _bound(tree, random, lambda alias, dotted: code(f"{alias} = {dotted}"))


def _bound(tree: ast.Module, random: Random, bind: Callable[[str, str], list[ast.stmt]]) -> ast.Module:
    taker = _Dotted({name: name for name in imported(tree)}, random)
    tree = taker.visit(tree)
    at = max((at for at, node in enumerate(tree.body) if isinstance(node, ast.Import)), default=prologue(tree.body) - 1)
    tree.body[at + 1 : at + 1] = [
        made for (module, name), alias in taker.taken.items() for made in bind(alias, f"{module}.{name}")
    ]
    return tree


def _in_class(tree: ast.Module, random: Random) -> ast.Module:
    """Keep the functions as static attributes of a class."""
    owner = word(random).title()

    def bind(alias: str, dotted: str) -> list[ast.stmt]:
        return code(f"class {owner}{alias}:\n    f = staticmethod({dotted})\n{alias} = {owner}{alias}.f")

    return _bound(tree, random, bind)


def _in_namespace(tree: ast.Module, random: Random) -> ast.Module:
    """Keep the functions in a namespace object."""

    def bind(alias: str, dotted: str) -> list[ast.stmt]:
        return code(f"{alias}_box = types.SimpleNamespace(go={dotted})\n{alias} = {alias}_box.go")

    return insert(_bound(tree, random, bind), code("import types"))


def _in_dictionary(tree: ast.Module, random: Random) -> ast.Module:
    """Keep the functions in a table."""

    def bind(alias: str, dotted: str) -> list[ast.stmt]:
        return code(f"{alias}_table = {{}}\n{alias}_table['go'] = {dotted}\n{alias} = {alias}_table['go']")

    return _bound(tree, random, bind)


def _unpacked(tree: ast.Module, random: Random) -> ast.Module:
    """Bind them by unpacking a tuple."""
    return _bound(tree, random, lambda alias, dotted: code(f"_, ({alias}, *_) = 0, [{dotted}, None]"))


def _replaced_imports(
    make: Callable[[str, str, Random], str], needs: str = ""
) -> Callable[[ast.Module, Random], ast.Module]:
    """Return the change that writes plain imports as `make(bound name, module)` says."""

    def change(tree: ast.Module, random: Random) -> ast.Module:
        body: list[ast.stmt] = []
        for node in tree.body:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    whole = alias.name if alias.asname and "." in alias.name else ""
                    body += code(make(bound, alias.name, random)) if not whole else [ast.Import(names=[alias])]
            else:
                body.append(node)
        tree.body = body
        return insert(tree, code(needs))

    return change


def _guarded(bound: str, module: str, random: Random) -> str:
    alias = f"{module} as {bound}" if "." not in module and bound != module else module
    return f"try:\n    import {alias}\nexcept ImportError as _error:\n    raise SystemExit(1) from _error"


def _lazy(bound: str, module: str, random: Random) -> str:
    """`import a.b` binds a after loading a.b; so does this."""
    if "." in module:
        return f"__import__({module!r})\n{bound} = sys.modules[{bound!r}]"
    return f"importlib.import_module({module!r})\n{bound} = sys.modules[{module!r}]"


def _cut(text: str, random: Random) -> str:
    at = random.randint(1, max(1, len(text) - 1))
    return f"{text[:at]!r} + {text[at:]!r}"


rename = named("rename-variables", _rename, blind=True, proof="renamed")
lookalikes = named("rename-lookalikes", _bare_names, blind=True, proof="renamed")
bold = named("unicode-identifiers", _unicode, blind=True, proof="tree")
alias = named("alias-imports", _alias, blind=True, proof="renamed")
from_imports = named("from-imports", _from_imports, blind=True)
assigned = named("assign-functions", _assigned, blind=True)
in_dictionary = named("function-table", _in_dictionary, blind=True)
unpacked = named("unpack-functions", _unpacked)
in_class = named("class-attributes", _in_class)
in_namespace = named("simple-namespace", _in_namespace)
getattr_ = named("getattr", attributes(lambda module, name, _: f"getattr({module}, {name!r})"), blind=True)
getattr_split = named(
    "getattr-split",
    attributes(lambda module, name, random: f"getattr({module}, {_cut(name, random)})"),
    blind=True,
    conceals=True,
)
dictionary = named("module-dict", attributes(lambda module, name, _: f"{module}.__dict__[{name!r}]"))
variables = named(
    "vars", attributes(lambda module, name, random: f"vars({module})[{_cut(name, random)}]"), conceals=True
)
global_names = named("globals", attributes(lambda module, name, _: f"globals()[{module!r}].{name}"))
loaded = named("sys-modules", attributes(lambda module, name, _: f"sys.modules[{module!r}].{name}", "import sys"))
getter = named(
    "attrgetter",
    attributes(lambda module, name, _: f"attrgetter({name!r})({module})", "from operator import attrgetter"),
)
getattribute = named("getattribute", attributes(lambda module, name, _: f"{module}.__getattribute__({name!r})"))
conditional = named(
    "conditional-receiver", attributes(lambda module, name, _: f"({module} if {module} else None).{name}")
)
walrus = named("walrus-receiver", attributes(lambda module, name, random: f"({word(random, 3)} := {module}).{name}"))
partial = named("partial", _partial)
applied = named("apply-helper", _applied, blind=True)
starred = named("star-arguments", _starred)
keywords = named("keyword-mapping", _keywords)
in_list = named("call-from-list", calls("[F][0]"), blind=True)
in_items = named("call-from-dict", calls("{'k': F}['k']"), blind=True)
by_lambda = named("lambda-chain", calls("(lambda f: f)((lambda g: g)(F))"))
by_dunder = named("dunder-call", calls("F.__call__"))
by_choice = named("call-by-choice", calls("(F if [0] else None)"))
by_iterator = named("next-iter", calls("next(iter((F,)))"))
by_pop = named("call-popped", calls("[F].pop()"))
by_get = named("dict-get", calls("dict(k=F).get('k')"))
by_default = named("default-argument-call", calls("(lambda *a, _f=F, **k: _f(*a, **k))"))
dunder_import = named(
    "dunder-import", _replaced_imports(lambda bound, module, _: f"{bound} = __import__({module!r})"), blind=True
)
dunder_import_split = named(
    "dunder-import-split",
    _replaced_imports(lambda bound, module, random: f"{bound} = __import__({_cut(module, random)})"),
    blind=True,
    conceals=True,
)
lazy_import = named("import-module", _replaced_imports(_lazy, "import importlib\nimport sys"))
guarded = named("import-in-try", _replaced_imports(_guarded))
