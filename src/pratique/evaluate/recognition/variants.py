"""Variants of a sample, made in memory: another name and version, comments and layout, addresses, one more encoding.

What comes out is bytes that are read like any artifact's; nothing is run, compiled or written.
"""

from __future__ import annotations

import ast
import base64
import io
import re
import zipfile
from collections.abc import Mapping

from pratique.evaluate.recognition.shapes import Variant
from pratique.known.texts import HOST, IP, URL
from pratique.languages.python.decode import decode

NAME = "quartzite"
_VERSION = re.compile(r"(?<![\w.])\d+\.\d+(?:\.\d+)*(?![\w.])")
_QUOTED = re.compile(r"(?i)(?<=['\"])" + HOST.pattern.removeprefix("(?i)"))
"""A host name that begins a text; `self.app` is none."""
_STUB = "import base64\nexec(base64.b64decode({!r}).decode())\n"


def vary(files: Mapping[str, bytes], name: str, how: Variant) -> bytes:
    """Return a zip with the changed files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files.items():
            place = _renamed(path, name) if how in ("renamed", "all") else path
            archive.writestr(place, _file(path, data, name, how))
    return packed.getvalue()


def _file(path: str, data: bytes, name: str, how: Variant) -> bytes:
    if not path.endswith((".py", ".pyw")):
        return data
    text = decode(data).text
    if how in ("renamed", "all"):
        text = _VERSION.sub("7.31.2", _renamed(text, name))
    if how in ("readdressed", "all"):
        text = _readdressed(text)
    if how in ("commented", "all"):
        text = _commented(text)
    if how in ("encoded", "all") and text.strip():
        text = _STUB.format(base64.b64encode(text.encode("utf-8", "replace")).decode())
    return text.encode("utf-8", "replace")


def _renamed(text: str, name: str) -> str:
    """Put another name in the place of a project's, however it is spelled."""
    words = [re.escape(word) for word in re.split(r"[-_.]+", name) if word]
    if sum(map(len, words)) < 4:
        return text
    return re.sub(r"(?i)(?<![a-z0-9])" + "[-_.]?".join(words) + r"(?![a-z0-9])", NAME, text)


def _readdressed(text: str) -> str:
    """Lead every address elsewhere."""
    text = URL.sub(lambda found: f"{found[0].partition('://')[0]}://drop.quartzite.invalid/{len(found[0])}", text)
    return _QUOTED.sub("drop.quartzite.invalid", IP.sub("198.51.100.7", text))


def _commented(text: str) -> str:
    """Lay the code out anew, with other names of local variables and with comments; what cannot be parsed stays."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return f"# a note\n{text}\n# another note\n"
    _rename_locals(tree)
    try:
        lines = ast.unparse(tree).split("\n")
    except (RecursionError, ValueError):
        return f"# a note\n{text}\n# another note\n"
    return "# a note\n" + "\n".join(lines) + "\n# another note\n"


def _rename_locals(tree: ast.Module) -> None:
    """Give the names that functions assign to other names, unless they are global or captured."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = list(ast.walk(node))
            if any(isinstance(one, ast.Global | ast.Nonlocal | ast.Lambda | ast.ClassDef) for one in inner) or any(
                isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) for one in inner[1:]
            ):
                continue
            assigned = {one.id for one in inner if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
            for one in inner:
                if isinstance(one, ast.Name) and one.id in assigned:
                    one.id = f"q_{one.id}"
