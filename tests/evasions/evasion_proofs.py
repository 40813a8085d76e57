"""How one sees, without running anything, that an evaded package does what it did before."""

from __future__ import annotations

import ast
import io
import marshal
import re
import tarfile
import zipfile
from collections import Counter

from evasion_fold import Folder, NotFoldedError
from evasion_kit import Evasion, Package, decode, is_text
from family_archives import complete
from family_strings import _Hide


def _trees(package: Package) -> dict[str, ast.Module]:
    return {path: ast.parse(decode(data)) for path, data in package.sources()}


def tree(before: Package, after: Package) -> None:
    """The syntax tree is the same, but for statements that do nothing."""
    old, new = _trees(before), _trees(after)
    assert old.keys() == new.keys()
    for path in old:
        kept = [ast.dump(node) for node in new[path].body if ast.unparse(node) != "_ok = 1"]
        assert kept == [ast.dump(node) for node in old[path].body]


def constants(before: Package, after: Package) -> None:
    """Every text that was replaced works out to the same text; nothing else has changed."""
    old, new = _trees(before), _trees(after)
    for path in old:
        plain = ast.parse(
            ast.unparse(ast.fix_missing_locations(_Hide(lambda text, _: repr(text), None).visit(old[path])))
        )
        folder = Folder()
        added = len(new[path].body) - len(plain.body)
        head = next((at for at, node in enumerate(new[path].body) if not is_text(node)), 0)
        for node in new[path].body[head : head + added]:
            list(folder.statement(node, folder.names))
        del new[path].body[head : head + added]
        _same(plain, new[path], folder)


def _same(old, new, folder: Folder) -> None:
    """Compare two trees node by node; where they differ, the new one must give the old one's constant."""
    if isinstance(old, ast.AST) and ast.dump(old) == (ast.dump(new) if isinstance(new, ast.AST) else None):
        return
    if isinstance(old, ast.Constant):
        assert folder.value(new) == old.value
        return
    if isinstance(old, list):
        assert len(old) == len(new)
        for one, other in zip(old, new, strict=True):
            _same(one, other, folder)
        return
    if not isinstance(old, ast.AST):
        assert old == new
        return
    assert type(old) is type(new)
    for name in old._fields:
        _same(getattr(old, name, None), getattr(new, name, None), folder)


def renamed(before: Package, after: Package) -> None:
    """The trees differ in names of the file's own alone, each for one other."""
    old, new = _trees(before), _trees(after)
    for path in old:
        there: dict[str, str] = {}
        back: dict[str, str] = {}
        for one, other in zip(_identifiers(old[path]), _identifiers(new[path]), strict=True):
            assert there.setdefault(one, other) == other
            assert back.setdefault(other, one) == one
        assert [type(node) for node in ast.walk(old[path])] == [type(node) for node in ast.walk(new[path])]


def _identifiers(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.append(node.id)
        elif isinstance(node, ast.alias):
            found.append(node.asname or node.name.partition(".")[0])
    return found


def names(before: Package, after: Package) -> None:
    """Everything that was named still is: in a look-up, in a text, or put together from texts."""
    old, new = _trees(before), _trees(after)
    for path in old:
        assert not _said(old[path]) - _said(new[path])


def _said(tree: ast.Module) -> set[str]:
    """Return the words of a tree: its names, attributes and texts, sums of texts worked out."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name() if isinstance(node.ctx, ast.Load) or node.id:
                found.add(node.id)
            case ast.Attribute():
                found.add(node.attr)
            case ast.alias():
                found |= {*node.name.split(".")}
            case ast.Constant() if isinstance(node.value, str):
                found |= {node.value, *node.value.split(".")}
            case ast.BinOp(left=ast.Constant(), right=ast.Constant()) if isinstance(node.left.value, str):
                whole = node.left.value + str(node.right.value)
                found |= {whole, *whole.split(".")}
    return found


def statements(before: Package, after: Package) -> None:
    """Every statement that was there still is, as often, wherever it stands."""
    old, new = _trees(before), _trees(after)
    for path in old:
        there = Counter(ast.dump(node) for node in ast.walk(new[path]) if isinstance(node, ast.stmt))
        here = Counter(ast.dump(node) for node in old[path].body if not is_text(node))
        assert not here - there


def layers(before: Package, after: Package) -> None:
    """What is handed to exec is the module that was there, under its layers."""
    for path, data in before.sources():
        if data.strip():
            assert _inside(decode(dict(after.files)[path]), decode(data))


def _inside(text: str, wanted: str) -> bool:
    """Tell whether a module hands `wanted`, or something that does, to exec; or holds it as a constant."""
    tree = ast.parse(text)
    try:
        ran = Folder().module(tree)
    except NotFoldedError:
        ran = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        ran += [re.sub(rb"^# (.*)\n(?s:.*)", rb"\1", text.encode())]
    joined = "\n".join(str(one) for one in ran)
    if all(_plain(node) in {_plain(one) for one in _parsed(joined)} for node in ast.parse(wanted).body):
        return True
    return any(_holds(one, wanted) for one in ran)


def _plain(node: ast.AST) -> str:
    return ast.dump(node)


def _parsed(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError):
        return []


def _holds(value: object, wanted: str) -> bool:
    """Tell whether a value is the text, bytes with it, its code object, or the next layer."""
    from base64 import b64decode

    data = value.encode() if isinstance(value, str) else value
    if not isinstance(data, bytes | bytearray):
        return False
    if wanted.encode() in data or data == marshal.dumps(compile(wanted, "acme.py", "exec", dont_inherit=True)):
        return True
    try:
        return data != wanted.encode() and (
            _inside(data.decode(), wanted) if b"exec" in data else wanted.encode() == b64decode(data, validate=True)
        )
    except (ValueError, SyntaxError):
        return False


def placed(before: Package, after: Package) -> None:
    """The code is in another file, whole, and what is left names that file."""
    files = dict(after.files)
    for path, data in before.sources():
        new = {name: content for name, content in after.files if files.get(name) != dict(before.files).get(name)}
        others = [name for name in new if name != path]
        if not data.strip() or not others:
            continue
        stems = {name.rpartition("/")[2].partition(".")[0] for name in others} | {
            part for name in others for part in name.split("/")
        }
        said = b"".join(content for name, content in new.items() if name.endswith((".py", ".pth"))).decode()
        words = set().union(*(_said(ast.parse(content)) for name, content in new.items() if name.endswith(".py")))
        assert any(stem in said or any(stem in word for word in words) for stem in stems if stem)


def files(before: Package, after: Package) -> None:
    """The container holds the same files, each with the same bytes."""
    name, data = after.container
    held: dict[str, bytes] = {}
    if name.endswith((".whl", ".zip")):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held = {info.filename: archive.read(info) for info in archive.infolist()}
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive.getmembers():
                if (content := archive.extractfile(member)) is not None:
                    held[member.name] = content.read()
    assert {path: held.get(path) for path, _ in complete(before)} == dict(complete(before))


def prove(evasion: Evasion, before: Package, after: Package) -> None:
    """Assert, by the way that the evasion names, that behaviour is kept."""
    PROOFS[evasion.proof](before, after)


PROOFS = {
    "constants": constants,
    "names": names,
    "renamed": renamed,
    "statements": statements,
    "layers": layers,
    "tree": tree,
    "placed": placed,
    "files": files,
}
