"""The same code in another place: sibling modules, packages, data files, byte code, archives that are imported from."""

from __future__ import annotations

import ast
import base64
import importlib.util
import io
import marshal
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from random import Random

from evasion_kit import Evasion, Package, decode, has_sources, is_text, prologue, runs_by_itself, word

Move = Callable[[str, bytes, str, Random], dict[str, bytes]]
"""Takes a file's path, bytes and a fresh name; gives the files that replace it."""


def in_package(package: Package) -> bool:
    """Tell whether the Python files can lean on neighbours: modules of a wheel's package."""
    return (
        has_sources(package)
        and package.kind == "wheel"
        and all("/" in path and not path.startswith(".") for path, _ in package.sources())
    )


def movable(package: Package) -> bool:
    """Tell whether the files can lean on neighbours, setup.py on modules beside it as well."""
    return has_sources(package) and (in_package(package) or [path for path, _ in package.sources()] == ["setup.py"])


def moved(name: str, move: Move, *, applies=in_package, blind: bool = False, conceals: bool = False) -> Evasion:
    """Make the evasion that moves each file's code elsewhere."""

    def apply(package: Package, random: Random) -> Package:
        changed: dict[str, bytes] = {}
        for path, data in package.sources():
            if decode(data).strip():
                changed |= move(path, data, word(random), random)
        if package.kind == "wheel" and "acme/__init__.py" not in changed:
            changed |= {} if dict(package.files).get("acme/__init__.py") is not None else {"acme/__init__.py": b""}
        return package.edited(changed)

    return Evasion(
        name=f"placement-{name}",
        family="placement",
        apply=apply,
        applies=applies,
        proof="placed",
        blind=blind,
        conceals=conceals,
    )


def _beside(path: str, name: str) -> str:
    return str(PurePosixPath(path).with_name(name))


def _dotted(path: str, name: str) -> str:
    parent = PurePosixPath(path).parent
    return ".".join((*parent.parts, name)) if parent.parts else name


def _sibling(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    dot = "." if "/" in path else ""
    return {_beside(path, f"{name}.py"): data, path: f"from {dot}{name} import *\n".encode()}


def _absolute(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    return {_beside(path, f"{name}.py"): data, path: f"import {_dotted(path, name)}\n".encode()}


def _deep(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    parent = PurePosixPath(path).parent / "vendor" / name / "core"
    folders = [parent, parent.parent, parent.parent.parent]
    made = {str(folder / "__init__.py"): b"" for folder in folders}
    return {**made, str(parent / "main.py"): data, path: f"from .vendor.{name}.core.main import *\n".encode()}


def _chain(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    made = {_beside(path, f"{name}0.py"): data}
    for at in range(1, 6):
        made[_beside(path, f"{name}{at}.py")] = f"from .{name}{at - 1} import *\n".encode()
    return {**made, path: f"from .{name}5 import *\n".encode()}


def _by_importlib(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    stub = f"import importlib\nimportlib.import_module('.{name}', __package__)\n"
    return {_beside(path, f"{name}.py"): data, path: stub.encode()}


def _by_dunder(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    dotted = _dotted(path, name)
    return {_beside(path, f"{name}.py"): data, path: f"__import__('{dotted[:3]}' + '{dotted[3:]}')\n".encode()}


def _in_function(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    dot = "from . " if "/" in path else ""
    return {_beside(path, f"{name}.py"): data, path: f"def _load():\n    {dot}import {name}\n_load()\n".encode()}


def _by_runpy(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    stub = f"import os\nimport runpy\nrunpy.run_path(os.path.join(os.path.dirname(__file__), '{name}.py'))\n"
    return {_beside(path, f"{name}.py"): data, path: stub.encode()}


def _by_module_run(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    return {
        _beside(path, f"{name}.py"): data,
        path: f"import runpy\nrunpy.run_module({_dotted(path, name)!r})\n".encode(),
    }


def _by_spec(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    stub = (
        f"import importlib.util\nimport os\n"
        f"_at = os.path.join(os.path.dirname(__file__), '{name}.py')\n"
        f"_spec = importlib.util.spec_from_file_location('{name}', _at)\n"
        "_module = importlib.util.module_from_spec(_spec)\n_spec.loader.exec_module(_module)\n"
    )
    return {_beside(path, f"{name}.py"): data, path: stub.encode()}


def _functions_apart(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    """Keep what stands first in one module and the rest in another."""
    body = ast.parse(decode(data)).body
    at = prologue(body)
    cut = next(
        (at for at, node in enumerate(body) if not isinstance(node, ast.Import | ast.ImportFrom) and not is_text(node)),
        at,
    )
    first = ast.unparse(ast.Module(body=body[:cut], type_ignores=[])) + "\n"
    rest = f"from .{name} import *\n" + ast.unparse(ast.Module(body=body[cut:], type_ignores=[])) + "\n"
    return {_beside(path, f"{name}.py"): first.encode(), path: rest.encode()}


def _package_data(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    package = str(PurePosixPath(path).parent).replace("/", ".")
    stub = f"import pkgutil\nexec(pkgutil.get_data({package!r}, '{name}.dat'))\n"
    return {_beside(path, f"{name}.dat"): data, path: stub.encode()}


def _text_file(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    stub = f"import os\nwith open(os.path.join(os.path.dirname(__file__), '{name}.txt')) as _f:\n    exec(_f.read())\n"
    return {_beside(path, f"{name}.txt"): data, path: stub.encode()}


def _pathlib_file(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    stub = f"from pathlib import Path\nexec((Path(__file__).parent / '{name}.cfg').read_text())\n"
    return {_beside(path, f"{name}.cfg"): data, path: stub.encode()}


def _resource(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    packed = base64.b64encode(zlib.compress(data))
    stub = (
        "import base64\nimport zlib\nfrom importlib.resources import files\n"
        f"exec(zlib.decompress(base64.b64decode(files(__package__).joinpath('{name}.bin').read_bytes())))\n"
    )
    return {_beside(path, f"{name}.bin"): packed, path: stub.encode()}


def _xored_data(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    key = random.randint(1, 255)
    stub = (
        f"import os\n_d = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '{name}.db'), 'rb').read()\n"
        f"exec(bytes(b ^ {key} for b in _d))\n"
    )
    return {_beside(path, f"{name}.db"): bytes(one ^ key for one in data), path: stub.encode()}


def _open_beside(name: str) -> str:
    return f"import os\n_d = open(os.path.join(os.path.dirname(__file__), {name!r}), 'rb').read()\n"


def _picture(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    """Append the code to what starts like a picture."""
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200) + b"IEND\xaeB`\x82"
    stub = f"{_open_beside(f'{name}.png')}exec(_d[{len(head)}:])\n"
    return {_beside(path, f"{name}.png"): head + data, path: stub.encode()}


def _marked_picture(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    head = b"GIF89a" + bytes(300) + b";"
    stub = f"{_open_beside(f'{name}.gif')}exec(_d.split(b'#-#')[1])\n"
    return {_beside(path, f"{name}.gif"): head + b"#-#" + data, path: stub.encode()}


def _json_data(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    import json

    stub = (
        f"import json\nimport os\nwith open(os.path.join(os.path.dirname(__file__), '{name}.json')) as _f:\n"
        "    exec(json.load(_f)['a']['b'])\n"
    )
    return {_beside(path, f"{name}.json"): json.dumps({"a": {"b": decode(data)}}).encode(), path: stub.encode()}


def _other_module_constant(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    """Keep the encoded code in a module of constants and the decoder in another."""
    blob = base64.b64encode(data)
    return {
        _beside(path, f"{name}.py"): f"TABLE = {blob!r}\n".encode(),
        _beside(path, f"{name}_codec.py"): b"import base64\n\n\ndef load(data):\n    return base64.b64decode(data)\n",
        path: f"from .{name} import TABLE\nfrom .{name}_codec import load\nexec(load(TABLE))\n".encode(),
    }


def _byte_code(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    made = (
        importlib.util.MAGIC_NUMBER
        + bytes(12)
        + marshal.dumps(compile(decode(data), f"{name}.py", "exec", dont_inherit=True))
    )
    return {_beside(path, f"{name}.pyc"): made, path: f"from . import {name}\n".encode()}


def _zipped(data: bytes, name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}.py"), data)
    return packed.getvalue()


def _archive_on_path(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    place = f"os.path.join(os.path.dirname(__file__), '{name}.zip')"
    stub = f"import os\nimport sys\nsys.path.insert(0, {place})\nimport {name}\n"
    return {_beside(path, f"{name}.zip"): _zipped(data, name), path: stub.encode()}


def _archive_importer(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    stub = (
        f"import os\nimport zipimport\n_at = os.path.join(os.path.dirname(__file__), '{name}.zip')\n"
        f"zipimport.zipimporter(_at).load_module('{name}')\n"
    )
    return {_beside(path, f"{name}.zip"): _zipped(data, name), path: stub.encode()}


def _archive_member(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    stub = (
        f"import os\nimport zipfile\n_z = zipfile.ZipFile(os.path.join(os.path.dirname(__file__), '{name}.zip'))\n"
        f"exec(_z.read('{name}.py'))\n"
    )
    return {_beside(path, f"{name}.zip"): _zipped(data, name), path: stub.encode()}


def _startup(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    """Start the module from a .pth line as well: earlier than any import of the package."""
    return {_beside(path, f"{name}.py"): data, path: b"", f"{name}.pth": f"import {_dotted(path, name)}\n".encode()}


def _lazy_attribute(path: str, data: bytes, name: str, random: Random) -> dict[str, bytes]:
    stub = (
        f"import sys\n\n\ndef __getattr__(wanted):\n    if wanted == 'go':\n"
        f"        from . import {name}\n        return {name}\n"
        "    raise AttributeError(wanted)\n\n\ngetattr(sys.modules[__name__], 'go')\n"
    )
    return {_beside(path, f"{name}.py"): data, path: stub.encode()}


def unattended(package: Package) -> bool:
    """Tell whether the code can run under another module's name."""
    return movable(package) and runs_by_itself(package)


def at_import(package: Package) -> bool:
    """Tell whether the code is the package's own `__init__` and can run under another module's name."""
    return unattended(package) and [path for path, _ in package.sources()] == ["acme/__init__.py"]


sibling = moved("sibling-module", _sibling, applies=movable, blind=True)
absolute = moved("absolute-import", _absolute, blind=True, applies=unattended)
deep = moved("deep-package", _deep, blind=True)
chain = moved("chain-of-modules", _chain, blind=True)
by_importlib = moved("import-module", _by_importlib, blind=True, applies=unattended)
by_dunder = moved("dunder-import", _by_dunder, blind=True, applies=unattended)
in_function = moved("import-in-function", _in_function, blind=True, applies=unattended)
by_runpy = moved("run-path", _by_runpy, applies=unattended)
by_module_run = moved("run-module", _by_module_run, applies=unattended)
by_spec = moved("spec-from-file", _by_spec, applies=unattended)
functions_apart = moved("imports-apart", _functions_apart)
package_data = moved("package-data", _package_data, blind=True, conceals=True)
text_file = moved("text-file", _text_file, blind=True, applies=movable, conceals=True)
pathlib_file = moved("pathlib-file", _pathlib_file, applies=movable, conceals=True)
resource = moved("compressed-resource", _resource, conceals=True)
xored_data = moved("xored-data-file", _xored_data, applies=movable, conceals=True)
picture = moved("appended-to-picture", _picture, applies=movable, blind=True, conceals=True)
marked_picture = moved("marked-in-picture", _marked_picture, applies=movable, conceals=True)
json_data = moved("json-data", _json_data, applies=movable, conceals=True)
other_module = moved("constant-elsewhere", _other_module_constant, blind=True, conceals=True)
byte_code = moved("byte-code", _byte_code, conceals=True, applies=unattended)
archive_on_path = moved("archive-on-path", _archive_on_path, conceals=True, applies=unattended)
archive_importer = moved("zipimporter", _archive_importer, conceals=True, applies=unattended)
archive_member = moved("archive-member", _archive_member, applies=movable, conceals=True)
startup = moved("pth-line", _startup, applies=at_import, conceals=True)
lazy_attribute = moved("lazy-attribute", _lazy_attribute, applies=unattended)
