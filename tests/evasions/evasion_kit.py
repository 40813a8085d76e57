"""What an evasion is: a pure function from one package to another that does the same and looks different.

An evasion says where it applies, whether it hides things as such (`conceals`), and how one sees without running
anything that behaviour is kept (`proof`, see evasion_proofs.py). Members live in the `family_*.py` modules and are
found there.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Literal

Kind = Literal["wheel", "sdist"]
Proof = Literal["constants", "names", "renamed", "statements", "layers", "tree", "placed", "files"]
"""How behaviour is seen to be kept; evasion_proofs.py has a function for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An artifact: files by path, or a container's very bytes made from them."""

    kind: Kind
    files: tuple[tuple[str, bytes], ...]
    container: tuple[str, bytes] = ("", b"")
    """Filename and bytes."""

    def sources(self) -> Iterator[tuple[str, bytes]]:
        """Yield the Python files."""
        return ((path, data) for path, data in self.files if path.endswith(".py"))

    def edited(self, changed: dict[str, bytes], dropped: frozenset[str] = frozenset()) -> Package:
        """Return the package with these files instead of, or beside, its own."""
        kept = {path: data for path, data in self.files if path not in dropped}
        return replace(self, files=tuple({**kept, **changed}.items()))


Change = Callable[[Package, Random], Package]
Applies = Callable[[Package], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evasion:
    """One way to say the same in other words."""

    name: str
    family: str
    apply: Change
    applies: Applies
    proof: Proof
    stage: int = 0
    """In a chain, what changes trees (0) comes before what changes text (1), bytes (2) and containers (3)."""
    blind: bool = False
    """Written from the rules' pages alone, without a look at their code."""
    conceals: bool = False
    """Hides code or addresses as such, which is a finding in honest code too."""
    stronger: tuple[str, ...] = field(default=())
    """Rules that may speak instead of the sample's own: they say more."""


def decode(data: bytes) -> str:
    """Return a source file's text, by its mark or cookie. Raises SyntaxError or UnicodeDecodeError."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.TextIOWrapper(io.BytesIO(data), encoding).read()


def parses(data: bytes) -> bool:
    """Tell whether the running Python reads a source file."""
    try:
        ast.parse(decode(data))
    except (SyntaxError, UnicodeDecodeError, LookupError, ValueError):
        return False
    return True


def has_sources(package: Package) -> bool:
    """Tell whether there is Python to change, and all of it can be read."""
    sources = [data for _, data in package.sources()]
    return bool(sources) and not package.container[0] and all(map(parses, sources))


def runs_by_itself(package: Package) -> bool:
    """Tell whether every file acts when it is loaded and leaves nothing for others to call by its module's name.

    What moves such code into another process or module keeps its behaviour; a library's functions would be gone.
    """
    return has_sources(package) and all(_acts(ast.parse(decode(data))) for _, data in package.sources() if data.strip())


def _acts(tree: ast.Module) -> bool:
    passive = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return any(
        not isinstance(node, passive)
        and not is_text(node)
        and not (isinstance(node, ast.Assign) and not any(isinstance(one, ast.Call) for one in ast.walk(node)))
        for node in tree.body
    )


def each_tree(package: Package, change: Callable[[ast.Module, Random], ast.Module], random: Random) -> Package:
    """Change the tree of every Python file."""
    changed = {}
    for path, data in package.sources():
        tree = change(ast.parse(decode(data)), random)
        changed[path] = (ast.unparse(ast.fix_missing_locations(tree)) + "\n").encode()
    return package.edited(changed)


def each_text(package: Package, change: Callable[[str, Random], str], random: Random) -> Package:
    """Change the text of every Python file."""
    return package.edited({path: change(decode(data), random).encode() for path, data in package.sources()})


def insert(tree: ast.Module, statements: list[ast.stmt]) -> ast.Module:
    """Put statements first, but after a docstring and imports from the future."""
    at = prologue(tree.body)
    tree.body[at:at] = statements
    return tree


def prologue(body: list[ast.stmt]) -> int:
    """Return how many statements must stay first: a docstring and imports from the future."""
    at = int(bool(body) and is_text(body[0]))
    while at < len(body) and isinstance(body[at], ast.ImportFrom) and body[at].module == "__future__":  # type: ignore[attr-defined]
        at += 1
    return at


def is_text(statement: ast.stmt) -> bool:
    """Tell whether a statement is a bare string, such as a docstring."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def code(source: str) -> list[ast.stmt]:
    """Parse statements."""
    return ast.parse(source).body


def expression(source: str) -> ast.expr:
    """Parse an expression."""
    return ast.parse(source, mode="eval").body


def word(random: Random, length: int = 7) -> str:
    """Make a name that nothing else has."""
    return "_" + "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(length))


def load() -> tuple[Evasion, ...]:
    """Return every evasion of the family modules beside this file, ordered by name."""
    found = [
        member
        for path in sorted(Path(__file__).parent.glob("family_*.py"))
        for member in vars(import_module(path.stem)).values()
        if isinstance(member, Evasion)
    ]
    return tuple(sorted(found, key=lambda evasion: evasion.name))
