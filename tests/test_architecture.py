"""House law: who imports whom, what never stands in the code, and what stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pratique.docs import HOUSE, PACKAGE, ROOT

SOURCES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 500
LONG_BY_RIGHT = {
    "languages/python/evaluate/interpret.py",  # one short method for each kind of expression
    "languages/bytecode/operations.py",  # one short method for each instruction
    "languages/pickle/machine.py",  # one short method for each opcode
    "languages/powershell/statements.py",  # one short method for each kind of statement
    "languages/shell/statements.py",  # one short method for each kind of statement
}
"""Longer than that, with a reason."""
CALLED_NEVER = {"eval", "exec", "compile", "__import__", "execfile"}
IMPORTED_NEVER = {
    "pickle", "_pickle", "cPickle", "shelve", "marshal", "dill", "joblib", "cloudpickle", "code", "codeop", "runpy",
    "pty",
}  # fmt: skip
STARTS_PROGRAMS = (
    "ecosystems/pypi/config.py",  # asks `pip config list` where pip is not of this environment
    "evaluate/peers/",  # runs other reviewers, to measure beside them
)
TRIES_ITS_RIGHTS = {("pool/report.py", "os.execv()")}
"""The doctor's child tries what it must not be able to do."""
DISCOVER = {
    "cli/__init__.py", "dataset/sources/__init__.py", "docs.py", "ecosystems/__init__.py",
    "ecosystems/pypi/entries/__init__.py", "ecosystems/pypi/entries/packaging.py", "evaluate/peers/__init__.py",
    "languages/__init__.py", "pool/spawn.py", "report/__init__.py", "rules/__init__.py", "rules/lint.py",
    "unpack/formats/__init__.py",
}  # fmt: skip
"""They list a folder of ours and import its members; the pool's fresh interpreter, its own host's functions."""
HEAVY = {
    "urllib3", "tree_sitter", "tree_sitter_python", "tree_sitter_bash", "pip", "cryptography", "ahocorasick_rs",
    "sqlite3", "packaging", "ssl", "sqlalchemy", "alembic", "celery", "fastapi", "rich", "psycopg",
}  # fmt: skip


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def rooms_imported(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the rooms that a module imports from anywhere in it, and the lines."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "pratique":
            named = [f"pratique.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            named = [node.module or ""]
        else:
            continue
        for name in named:
            first, _, rest = name.partition(".")
            room = rest.partition(".")[0]
            if first == "pratique" and room and not room.startswith("__"):
                yield room, node.lineno


def test_every_room_has_its_place():
    """A new room gets its place in `pratique.docs.HOUSE`, and docs/architecture.md shows it."""
    rooms = {room_of(path) for path in SOURCES} - {"__init__", "__main__"}

    assert rooms - set(HOUSE) == set()


def test_rooms_import_only_from_those_before_them():
    wrong = [
        f"{name_of(path)}:{line} imports {room}"
        for path in SOURCES
        if (mine := room_of(path)) in HOUSE
        for room, line in rooms_imported(path)
        if room != mine and room in HOUSE and HOUSE.index(room) > HOUSE.index(mine)
    ]

    assert wrong == []


def test_the_model_has_no_input_or_output():
    known = {"__future__", "typing", "msgspec", "packageurl", "pratique", "collections", "dataclasses", "enum"}
    used = {
        name.partition(".")[0]
        for path in SOURCES
        if room_of(path) == "model"
        for node in ast.walk(tree_of(path))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        + ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
    }

    assert used - known == set()


def test_nothing_runs_or_unmarshals_anything():
    """By the syntax tree: `ast.parse` is how Python is read, and never more than that."""
    wrong = [
        f"{name_of(path)}:{node.lineno} {name}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        for name in _dangers(node)
        if (name_of(path), name) not in TRIES_ITS_RIGHTS
    ]

    assert wrong == []


def _dangers(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in CALLED_NEVER:
            yield f"{name}()"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="builtins"), attr=name)) if name in CALLED_NEVER:
            yield f"builtins.{name}()"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="os"), attr=name)) if name in {"system", "popen", "execv"}:
            yield f"os.{name}()"
        case ast.Import(names=names):
            yield from (alias.name for alias in names if alias.name.partition(".")[0] in IMPORTED_NEVER)
        case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in IMPORTED_NEVER:
            yield module


def test_only_these_start_other_programs():
    users = {
        name_of(path)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Import) and any(alias.name == "subprocess" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "subprocess")
    }

    assert [user for user in sorted(users) if not user.startswith(STARTS_PROGRAMS)] == []


def test_modules_are_imported_by_name_only_from_our_own_folders():
    """`import_module` serves discovery: each call of it stands in a module that lists a folder of ours."""
    users = {
        name_of(path)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and node.attr == "import_module")
        or (isinstance(node, ast.Name) and node.id == "import_module")
    }

    assert users - DISCOVER == set()


def test_modules_are_short():
    long = {
        name_of(path): lines
        for path in SOURCES
        if (lines := path.read_text("utf-8").count("\n")) > LONGEST and name_of(path) not in LONG_BY_RIGHT
    }

    assert long == {}


def test_no_registry_is_named():
    """The index is the one that pip is configured for; its default is pip's to know."""
    from pip._internal.models.index import PyPI

    hosts = {PyPI.netloc, PyPI.file_storage_domain}
    hosts |= {host.removeprefix("www.").removeprefix("files.") for host in hosts}
    texts = [*SOURCES, *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.*"), ROOT / "pyproject.toml", ROOT / "Makefile"]
    texts += [*PACKAGE.rglob("*.md"), *PACKAGE.rglob("*.map"), *PACKAGE.rglob("*.toml")]

    assert [str(path) for path in texts if any(host in path.read_text("utf-8") for host in hosts)] == []


@pytest.mark.parametrize(
    "statement",
    ["import pratique", "import pratique.model", "import pratique.cli; pratique.cli.build_parser()"],
)
def test_starting_loads_nothing_heavy(statement):
    """By the modules and not by the clock, so that a busy machine makes no difference."""
    script = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    loaded = done.stdout.split()

    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    assert len(loaded) < 250
    if statement == "import pratique":
        assert [name for name in loaded if name.startswith(("pratique.", "msgspec"))] == []


def test_every_source_file_says_what_it_is():
    assert [name_of(path) for path in SOURCES if not ast.get_docstring(tree_of(path))] == []
