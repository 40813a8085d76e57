"""The same statements from within something else: functions, classes, threads, handlers, loops, conditions, noise."""

from __future__ import annotations

import ast
from collections.abc import Callable
from random import Random
from textwrap import indent

from evasion_kit import Evasion, Package, code, each_tree, has_sources, prologue, word

Wrap = Callable[[str, Random], str]
"""Takes the statements of a module, as text that declares its globals, and writes the module."""


def bound_names(body: list[ast.stmt]) -> list[str]:
    """Return what top-level statements bind in the module."""
    found: set[str] = set()
    todo: list[ast.AST] = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        todo.extend(ast.iter_child_nodes(node))
    return sorted(found)


def wrappable(package: Package) -> bool:
    """Tell whether the statements of every file can stand in a function."""
    if not has_sources(package):
        return False
    return b"import *" not in b"".join(data for _, data in package.sources()) and not any(
        b"__getattr__" in data for _, data in package.sources()
    )


def wrapped(name: str, wrap: Wrap, *, blind: bool = False, declares: bool = True, applies=wrappable) -> Evasion:
    """Make the evasion that moves each module's statements into something; imports from the future stay."""

    def change(tree: ast.Module, random: Random) -> ast.Module:
        at = prologue(tree.body)
        body = tree.body[at:]
        if not body:
            return tree
        names = bound_names(body)
        text = "\n".join(map(ast.unparse, body))
        if names and declares:
            text = f"global {', '.join(names)}\n{text}"
        tree.body[at:] = code(wrap(text, random))
        return tree

    def apply(package: Package, random: Random) -> Package:
        return each_tree(package, change, random)

    return Evasion(
        name=f"structure-{name}", family="structure", apply=apply, applies=applies, proof="statements", blind=blind
    )


def within(template: str, *, depth: int = 1) -> Wrap:
    """Return the wrap that puts the statements where BODY stands, so deep, with N as a fresh name."""

    def wrap(text: str, random: Random) -> str:
        return template.replace("BODY", indent(text, "    " * depth).lstrip()).replace("N1", word(random))

    return wrap


function = wrapped("function", within("def N1():\n    BODY\nN1()\n"), blind=True)
nested_function = wrapped(
    "nested-functions",
    within("def N1():\n    def inner():\n        BODY\n    return inner\nN1()()\n", depth=2),
    blind=True,
)
class_body = wrapped("class-body", within("class N1:\n    BODY\n"), blind=True)
constructor = wrapped(
    "constructor", within("class N1:\n    def __init__(self):\n        BODY\nN1()\n", depth=2), blind=True
)
caller = wrapped(
    "call-method", within("class N1:\n    def __call__(self):\n        BODY\nN1()()\n", depth=2), blind=True
)
metaclass = wrapped(
    "metaclass",
    within(
        "class N1(type):\n    def __new__(cls, name, bases, space):\n        BODY\n"
        "        return super().__new__(cls, name, bases, space)\nclass N1_made(metaclass=N1):\n    pass\n",
        depth=2,
    ),
)
subclass = wrapped(
    "init-subclass",
    within(
        "class N1:\n    def __init_subclass__(cls, **kwargs):\n        BODY\nclass N1_made(N1):\n    pass\n", depth=2
    ),
)
set_name = wrapped(
    "set-name",
    within(
        "class N1:\n    def __set_name__(self, owner, name):\n        BODY\nclass N1_owner:\n    field = N1()\n",
        depth=2,
    ),
)
decorator = wrapped(
    "decorator", within("def N1(function):\n    BODY\n    return function\n@N1\ndef N1_used():\n    pass\n"), blind=True
)
decorator_arguments = wrapped(
    "decorator-factory",
    within(
        "def N1(flag):\n    def wrap(function):\n        BODY\n        return function\n    return wrap\n"
        "@N1(True)\ndef N1_used():\n    pass\n",
        depth=2,
    ),
)
thread = wrapped(
    "thread",
    within("import threading\ndef N1():\n    BODY\nN1_t = threading.Thread(target=N1)\nN1_t.start()\nN1_t.join()\n"),
    blind=True,
)
thread_subclass = wrapped(
    "thread-subclass",
    within(
        "import threading\nclass N1(threading.Thread):\n    def run(self):\n        BODY\n"
        "N1_t = N1()\nN1_t.start()\nN1_t.join()\n",
        depth=2,
    ),
)
timer = wrapped(
    "timer",
    within("import threading\ndef N1():\n    BODY\nN1_t = threading.Timer(0.1, N1)\nN1_t.start()\nN1_t.join()\n"),
)
executor = wrapped(
    "executor",
    within(
        "from concurrent.futures import ThreadPoolExecutor\ndef N1():\n    BODY\n"
        "with ThreadPoolExecutor() as N1_pool:\n    N1_pool.submit(N1).result()\n"
    ),
)
atexit = wrapped("atexit", within("import atexit\ndef N1():\n    BODY\natexit.register(N1)\n"), blind=True)
atexit_decorator = wrapped("atexit-decorator", within("import atexit\n@atexit.register\ndef N1():\n    BODY\n"))
attempt = wrapped("try", within("try:\n    BODY\nexcept ZeroDivisionError:\n    raise\n"), blind=True, declares=False)
finally_ = wrapped("finally", within("try:\n    pass\nfinally:\n    BODY\n"), declares=False)
handler = wrapped(
    "except-handler", within("try:\n    raise KeyError('x')\nexcept KeyError:\n    BODY\n"), declares=False, blind=True
)
always = wrapped("always-true", within("if len('abc') == 3:\n    BODY\n"), blind=True, declares=False)
alternative = wrapped("else-branch", within("if 7 * 6 != 42:\n    pass\nelse:\n    BODY\n"), blind=True, declares=False)
loop = wrapped("while-once", within("while True:\n    BODY\n    break\n"), blind=True, declares=False)
for_loop = wrapped("for-once", within("for N1 in (1,):\n    BODY\n"), declares=False)
loop_else = wrapped("for-else", within("for N1 in ():\n    pass\nelse:\n    BODY\n"), declares=False)
with_ = wrapped("with-nothing", within("import contextlib\nwith contextlib.nullcontext():\n    BODY\n"), declares=False)
match_ = wrapped("match", within("match 'go'[0:2]:\n    case 'go':\n        BODY\n", depth=2), declares=False)
manager = wrapped(
    "context-manager",
    within(
        "class N1:\n    def __enter__(self):\n        BODY\n        return self\n    def __exit__(self, *args):\n"
        "        return False\nwith N1():\n    pass\n",
        depth=2,
    ),
)
generator = wrapped("generator", within("def N1():\n    BODY\n    yield 1\nlist(N1())\n"), blind=True)
generator_next = wrapped("generator-next", within("def N1():\n    BODY\n    yield 1\nnext(N1())\n"))
coroutine = wrapped("coroutine", within("import asyncio\nasync def N1():\n    BODY\nasyncio.run(N1())\n"))
mapped = wrapped("map", within("def N1(_one):\n    BODY\nlist(map(N1, [1]))\n"), blind=True)
sort_key = wrapped("sort-key", within("def N1(_one):\n    BODY\n    return 0\nsorted([1], key=N1)\n"))
comprehension = wrapped("comprehension", within("def N1():\n    BODY\n[N1() for _ in range(1)]\n"))
default_dict = wrapped(
    "default-factory",
    within("import collections\ndef N1():\n    BODY\n    return 0\ncollections.defaultdict(N1)['x']\n"),
)
property_ = wrapped(
    "property", within("class N1:\n    @property\n    def value(self):\n        BODY\nN1().value\n", depth=2)
)
static = wrapped(
    "static-method", within("class N1:\n    @staticmethod\n    def go():\n        BODY\nN1.go()\n", depth=2)
)
getitem = wrapped("getitem", within("class N1:\n    def __getitem__(self, key):\n        BODY\nN1()['x']\n", depth=2))
operator_ = wrapped(
    "operator",
    within("class N1:\n    def __add__(self, other):\n        BODY\n        return self\nN1() + 1\n", depth=2),
)
text_form = wrapped(
    "str-method", within("class N1:\n    def __str__(self):\n        BODY\n        return ''\nstr(N1())\n", depth=2)
)
missing_attribute = wrapped(
    "getattr-method",
    within("class N1:\n    def __getattr__(self, name):\n        BODY\n        return 0\nN1().anything\n", depth=2),
)
deleted = wrapped(
    "del-method", within("class N1:\n    def __del__(self):\n        BODY\nN1_made = N1()\ndel N1_made\n", depth=2)
)
event_table = wrapped(
    "handler-table",
    within("def N1():\n    BODY\nN1_table = {'start': N1, 'stop': None}\nN1_table['start']()\n"),
    blind=True,
)
handler_list = wrapped(
    "handler-list",
    within("N1_list = []\ndef N1():\n    BODY\nN1_list.append(N1)\nfor N1_one in N1_list:\n    N1_one()\n"),
    blind=True,
)
registered = wrapped(
    "registry-decorator",
    within(
        "N1_found = {}\ndef N1_register(function):\n    N1_found[function.__name__] = function\n    return function\n"
        "@N1_register\ndef N1():\n    BODY\nfor N1_one in N1_found.values():\n    N1_one()\n"
    ),
)
returned = wrapped("returned-function", within("def N1():\n    BODY\ndef N1_give():\n    return N1\nN1_give()()\n"))
cached = wrapped("cached", within("import functools\n@functools.lru_cache(maxsize=None)\ndef N1():\n    BODY\nN1()\n"))
single = wrapped(
    "single-dispatch",
    within("import functools\n@functools.singledispatch\ndef N1(one):\n    BODY\nN1(1)\n"),
)
inherited = wrapped(
    "inherited-method",
    within("class N1:\n    def go(self):\n        BODY\nclass N1_child(N1):\n    pass\nN1_child().go()\n", depth=2),
)
by_super = wrapped(
    "super-method",
    within(
        "class N1:\n    def go(self):\n        BODY\n"
        "class N1_child(N1):\n    def go(self):\n        super().go()\nN1_child().go()\n",
        depth=2,
    ),
)
stacked = wrapped(
    "exit-stack",
    within(
        "import contextlib\ndef N1():\n    BODY\nwith contextlib.ExitStack() as N1_stack:\n    N1_stack.callback(N1)\n"
    ),
)
scheduled = wrapped(
    "scheduler",
    within("import sched\ndef N1():\n    BODY\nN1_s = sched.scheduler()\nN1_s.enter(0, 1, N1)\nN1_s.run()\n"),
)
dataclass_hook = wrapped(
    "post-init",
    within(
        "import dataclasses\n@dataclasses.dataclass\nclass N1:\n    one: int = 0\n"
        "    def __post_init__(self):\n        BODY\nN1()\n",
        depth=2,
    ),
)
gated = wrapped(
    "flag-loop", within("N1_on = [True]\nwhile N1_on.pop():\n    BODY\n    N1_on.append(False)\n"), declares=False
)


def _noisy(name: str, make: Callable[[Random], str], *, after: bool = False, blind: bool = False) -> Evasion:
    """Make the evasion that adds code of no consequence."""

    def change(tree: ast.Module, random: Random) -> ast.Module:
        at = len(tree.body) if after else prologue(tree.body)
        tree.body[at:at] = code(make(random))
        return tree

    def apply(package: Package, random: Random) -> Package:
        return each_tree(package, change, random)

    return Evasion(
        name=f"structure-{name}", family="structure", apply=apply, applies=has_sources, proof="statements", blind=blind
    )


def _functions(count: int) -> Callable[[Random], str]:
    def make(random: Random) -> str:
        names = [word(random, 10) for _ in range(count)]
        return "\n".join(f"def {name}(a, b=2):\n    c = a * b + {len(name)}\n    return [c, a]" for name in names)

    return make


def _decoys(random: Random) -> str:
    """Write what an honest module starts with."""
    return (
        "import argparse\nimport json\nimport logging\n__version__ = '1.0.0'\nlogger = logging.getLogger(__name__)\n"
        "def load_settings(text):\n    return json.loads(text)\n"
        "def parse_arguments(words=None):\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--name')\n"
        "    return parser.parse_args(words)\n"
    )


dead_code = _noisy(
    "dead-code", lambda random: f"if 0:\n    print({word(random)!r})\n    raise SystemExit(3)", blind=True
)
decoys = _noisy("decoys", _decoys, blind=True)
functions_before = _noisy("many-functions", _functions(300), blind=True)
functions_after = _noisy("functions-after", _functions(200), after=True)
big_table = _noisy("big-table", lambda random: f"_TABLE = {[random.randint(0, 9999) for _ in range(5000)]!r}")
many_imports = _noisy(
    "many-imports",
    lambda _: "\n".join(
        f"import {name}" for name in ("abc", "ast", "bisect", "calendar", "cmath", "csv", "enum", "heapq", "math")
    ),
)


def _each_in_function(tree: ast.Module, random: Random) -> ast.Module:
    """Give every statement a function of its own, called in their order."""
    at, made = prologue(tree.body), []
    for node in tree.body[at:]:
        names, alias = bound_names([node]), word(random)
        head = f"global {', '.join(names)}\n" if names else ""
        made += code(f"def {alias}():\n{indent(head + ast.unparse(node), '    ')}\n{alias}()")
    tree.body[at:] = made
    return tree


def _flat(tree: ast.Module, random: Random) -> ast.Module:
    """Run the statements as the states of a loop, the way control-flow flatteners do."""
    at = prologue(tree.body)
    if not tree.body[at:]:
        return tree
    order = list(range(len(tree.body) - at))
    branches = [
        f"    if _state == {number}:\n{indent(ast.unparse(tree.body[at + number]), ' ' * 8)}\n"
        f"        _state = {number + 1}\n        continue"
        for number in order
    ]
    random.shuffle(branches)
    body = "\n".join(branches)
    tree.body[at:] = code(f"_state = 0\nwhile _state < {len(order)}:\n{body}")
    return tree


def _evasion(name: str, change: Callable[[ast.Module, Random], ast.Module], blind: bool) -> Evasion:
    return Evasion(
        name=f"structure-{name}",
        family="structure",
        proof="statements",
        blind=blind,
        applies=wrappable,
        apply=lambda package, random: each_tree(package, change, random),
    )


each_in_function = _evasion("function-per-statement", _each_in_function, blind=True)
flat = _evasion("flattened", _flat, blind=False)
