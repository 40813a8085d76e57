"""Wheels and eggs: what imports, starts and calls run, by where pip puts files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.ecosystems.pypi.entries import members, problem_codes
from pratique.ecosystems.pypi.entries.startup import import_lines
from pratique.languages.python import FRONT_END

from .building import codes, facts, find, ways

INFO = "acme-1.0.dist-info/"


def test_every_importable_file_is_an_import_and_its_functions_are_calls():
    found = find(
        {"acme/__init__.py": "", "acme/sub.py": "", "acme/_fast.cpython-311-x86_64-linux-gnu.so": "", "one.pyc": ""}
    )

    assert {(entry.segments[0], entry.via) for entry in found.entries if entry.trigger == "import"} == {
        ("acme/__init__.py", "import acme"),
        ("acme/sub.py", "import acme.sub"),
        ("acme/_fast.cpython-311-x86_64-linux-gnu.so", "import acme._fast"),
        ("one.pyc", "import one"),
    }
    assert ways(found, "call") == {("call", path, "*") for path in ("acme/__init__.py", "acme/sub.py", "one.pyc")}


def test_what_no_import_reaches_is_no_import():
    """Suffixes with dots in the stem, folders with dots, cached bytecode without source, nested archives."""
    found = find({
        "acme.libs/libz.so": "", "acme/libfoo.so.1": "", "acme/__pycache__/gone.cpython-311.pyc": "",
        "vendor.zip!/evil.py": "", "acme/notes.txt": "",
    })  # fmt: skip

    assert ways(found) == set()


def test_cached_bytecode_beside_its_source_runs_instead_of_it():
    found = find({"acme.py": "", "__pycache__/acme.cpython-311.pyc": ""})

    assert ("import", "__pycache__/acme.cpython-311.pyc", "") in ways(found)


def test_purelib_and_platlib_are_site_packages():
    found = find({"acme-1.0.data/purelib/acme.py": "", "acme-1.0.data/platlib/boot.pth": "import acme\n"})

    assert ("import", "acme-1.0.data/purelib/acme.py", "") in ways(found)
    assert ways(found, "startup") == {("startup", "acme-1.0.data/platlib/boot.pth", "")}


@pytest.mark.parametrize("folder", ["lib/python3.11/site-packages", "Lib\\site-packages", "x/../lib/dist-packages"])
def test_data_files_that_land_in_site_packages(folder):
    path = f"acme-1.0.data/data/{folder}/boot.pth"

    assert ("startup", path, "") in ways(find({path: "import os\n"}))


def test_data_files_over_the_standard_library_and_into_system_startup():
    found = find({"a-1.data/data/lib/python3.11/os.py": "", "a-1.data/data/etc/profile.d/x.sh": ""})

    assert codes(found) == {"data-in-standard-library", "data-in-system-startup"}
    assert ways(found, "startup") == {("startup", "a-1.data/data/etc/profile.d/x.sh", "")}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import os\n", (1,)), ("import\tos\r\n/path\n", (1,)), (" import os\n", ()), ("# import os\nimport os", (2,)),
        ("importlib\n", ()), ("\ufeffimport os", (1,)), ("x\x0cimport os\n", (2,)), ("x\u2028import os", (2,)),
    ],
)  # fmt: skip
def test_the_lines_of_a_pth_file_that_run(text, lines):
    assert import_lines(text) == lines


def test_a_pth_file_that_runs_nothing_is_no_entry_but_extends_the_path():
    """Modules in a folder that a .pth file names are top-level, whatever the folder is called."""
    found = find({"boot.pth": "vendor.d\n", "vendor.d/helper.py": "", "vendor.d/sitecustomize.py": ""})

    assert ways(found, "startup") == {("startup", "vendor.d/sitecustomize.py", "")}
    assert {entry.via for entry in found.entries if entry.trigger == "import"} == {
        "import helper",
        "import sitecustomize",
    }


def test_a_pth_file_may_name_an_archive():
    found = find({"boot.pth": "vendor.zip\n", "vendor.zip": "", "vendor.zip!/evil.py": ""})

    assert ("import", "evil.py", "") in ways(found)


def test_pth_files_elsewhere_are_data():
    assert ways(find({"acme/boot.pth": "import os\n", "boot.PTH": "import os"}), "startup") == set()


def test_start_files_import_and_call():
    found = find({"a.start": "acme.boot:go\nos:getcwd\n???\n", "acme/__init__.py": "", "acme/boot.py": ""})

    assert ways(found, "startup") == {
        ("startup", "a.start", ""), ("startup", "acme/__init__.py", ""), ("startup", "acme/boot.py", ""),
        ("startup", "acme/boot.py", "go"),
    }  # fmt: skip
    assert codes(found) == {"start-target-elsewhere", "start-line-malformed"}


@pytest.mark.parametrize("path", ["sitecustomize.py", "usercustomize.pyc", "sitecustomize/__init__.py"])
def test_customize_modules(path):
    assert ("startup", path, "") in ways(find({path: ""}))
    assert ways(find({f"acme/{path}": ""}), "startup") == set()


def test_entry_points_name_functions_through_reexports():
    text = "[console_scripts]\nacme = acme:main [extra]\n[acme.plugins]\nx = acme.cli:main\n"
    files = {"acme/__init__.py": "", "acme/cli.py": "", f"{INFO}entry_points.txt": text}
    read = {
        ("acme/__init__.py",): facts([], imports=[("^cli", "main")]),
        ("acme/cli.py",): facts([], [("function", "main", 0, -1, (), ())]),
    }

    assert ways(find(files), "command") == {("command", "acme/__init__.py", "main")}
    assert ways(find(files, facts=read), "command") == {("command", "acme/cli.py", "main")}
    assert ways(find(files), "plugin") == {
        ("plugin", "acme/__init__.py", ""), ("plugin", "acme/cli.py", ""), ("plugin", "acme/cli.py", "main"),
    }  # fmt: skip
    where = next(entry.where for entry in find(files).entries if entry.trigger == "command")
    assert (where.segments, where.line) == ((f"{INFO}entry_points.txt",), 2)


HOOKS = """
import pytest
from .inner import pytest_configure
@pytest.fixture(autouse=True)
def quiet(): pass
@pytest.fixture
def loud(): pass
def pytest_addoption(parser): pass
def register(linter): pass
@acme.hookimpl(tryfirst=True)
def marked(): pass
def helper(): pass
class Plugin:
    @staticmethod
    def on_start(): pass
"""


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("pytest11", {"quiet", "pytest_addoption", "marked", "pytest_configure"}),
        ("pylint.plugins", {"register", "marked", "Plugin.on_start", "quiet"}),
    ],
)
def test_a_plugin_module_hands_over_its_hooks(group, expected):
    """An entry point without an attribute: the host calls what its conventions name, and what is marked."""
    files = {"acme/__init__.py": "", "acme/plug.py": HOOKS, "acme/inner.py": "def pytest_configure(config): pass\n"}
    read = {(path,): FRONT_END.read(text.encode()) for path, text in files.items()}

    found = find({**files, f"{INFO}entry_points.txt": f"[{group}]\nx = acme.plug\n"}, facts=read)

    assert {symbol for _, _, symbol in ways(found, "plugin")} - {""} == expected


def test_entry_points_of_every_dist_info_count():
    """importlib.metadata reads each folder at the site root, not only the wheel's own."""
    text = "[pytest11]\nx = acme\n"

    assert ("plugin", "acme.py", "") in ways(find({"other-9.dist-info/entry_points.txt": text, "acme.py": ""}))


def test_entry_points_that_are_wrong():
    text = "stray = acme:main\n[console_scripts]\nnonsense\nsudo = acme:main\ngone = missing:main\n"

    found = find({f"{INFO}entry_points.txt": text, "acme.py": ""})

    assert codes(found) == {"entry-point-malformed", "entry-point-elsewhere", "script-shadows-command"}
    assert ways(found, "command") == {("command", "acme.py", "main")}


def test_more_entry_points_than_are_followed_is_fatal():
    text = "[x]\n" + "".join(f"n{number} = acme\n" for number in range(5_001))
    (problem,) = find({f"{INFO}entry_points.txt": text, "acme.py": ""}).problems

    assert (problem.code, problem.severity) == ("entry-points-many", "fatal")


def test_scripts_that_shadow_commands():
    (problem,) = find({"acme-1.0.data/scripts/Python3.exe": ""}).problems
    (own,) = find({"pip-1.data/scripts/pip3": "", "pip-1.dist-info/METADATA": "Name: pip\nVersion: 1\n"}).problems

    assert (problem.code, problem.severity) == ("script-shadows-command", "odd")
    assert own.severity == "info"


def test_a_main_module_is_a_command():
    assert ways(find({"acme/__init__.py": "", "acme/__main__.py": ""}), "command") == {
        ("command", "acme/__main__.py", "")
    }


def test_eggs():
    found = find(
        {"EGG-INFO/scripts/tool": "", "acme.py": "", "EGG-INFO/PKG-INFO": "Name: acme\n", "acme.egg-link": ""}, "egg"
    )

    assert {
        ("command", "EGG-INFO/scripts/tool", ""),
        ("import", "acme.py", ""),
        ("startup", "acme.egg-link", ""),
    } <= ways(found)
    assert found.declared == (("name", "acme"),)


def test_declared_facts():
    text = """Metadata-Version: 2.1
Name: acme
Version: 1.0
Summary: Tools
Home-page: https://acme.invalid
Project-URL: Source, https://git.invalid/acme
Requires-Dist: requests >=2
Requires-Dist: idna

A longer story.
"""
    assert find({f"{INFO}METADATA": text}).declared == (
        ("name", "acme"), ("version", "1.0"), ("summary", "Tools"), ("url", "https://acme.invalid"),
        ("url", "https://git.invalid/acme"), ("dependency", "requests >=2"), ("dependency", "idna"),
        ("description", "A longer story."),
    )  # fmt: skip


def test_other_registries_have_their_own_ways():
    assert find({"acme.py": ""}, "npm").entries == ()


def test_a_zip_that_is_a_wheel_is_read_as_one():
    assert ("startup", "a.pth", "") in ways(find({"a.pth": "import os", "a-1.dist-info/WHEEL": ""}, "zip"))


def test_members_are_discovered_and_their_problems_documented():
    rows = problem_codes()

    assert len(members()) >= 15
    assert len({code for code, _, _ in rows}) == len(rows)
    assert all(severity in {"info", "odd", "hostile", "fatal"} and text.endswith(".") for _, severity, text in rows)


NAMES = st.sampled_from([
    "setup.py", "setup.cfg", "pyproject.toml", "hatch.toml", "meson.build", "CMakeLists.txt", "a.pth", "a.start",
    "acme-1.0.dist-info/entry_points.txt", "acme-1.0.dist-info/METADATA", "EGG-INFO/PKG-INFO", "acme-1.0/setup.py",
    "../x.py", "METADATA",
    "acme/__init__.py", "tests/test_x.py", "a-1.data/data/lib/site-packages/x.pth", ".vscode/tasks.json", "PKG-INFO",
])  # fmt: skip
TEXT = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([
        b"[build-system]\nbuild-backend = 3\nbackend-path = [1]\n",
        b"[tool]\nhatch = 1\npoetry = []\nsetuptools = {}\n",
        b"[options]\ncmdclass = x\n[metadata]\nversion = attr:\n", b"a:b\n:\nacme:\n",
        b"[x]\n=\n==\n[]\n", b"run_command('((\n",
        b"[project]\nscripts = 1\nentry-points = []\nauthors = [1]\nurls = 2\ndynamic = 4\n",
        b"[tool.poetry]\npackages = [1, {include = 2}]\ndependencies = {x = 1, y = {git = 2}}\nbuild = {script = []}\n",
        b"[tool.setuptools]\npackages = {find = 1}\ncmdclass = []\npackage-dir = 1\ndynamic = {version = []}\n",
    ]),
)  # fmt: skip


@given(st.dictionaries(st.one_of(NAMES, st.text(min_size=1, max_size=12)), TEXT, max_size=6), st.sampled_from(
    ["wheel", "sdist", "egg", "zip", "folder"]
))  # fmt: skip
def test_nothing_in_a_tree_makes_it_raise(files, kind):
    found = find(files, kind)

    assert {entry.segments for entry in found.entries} <= {tuple(path.split("!/")) for path in files}


def test_jupyter_extensions_that_the_wheel_turns_on():
    config = '{"ServerApp": {"jpserver_extensions": {"acme": true, "other": true, "acme.off": false}}}'
    code = "def _load_jupyter_server_extension(app): ...\n"
    place = "acme-1.0.data/data/etc/jupyter/jupyter_server_config.d/acme.json"

    found = ways(find({"acme/__init__.py": code, "acme/off.py": "", place: config}), "plugin")

    assert {path for _, path, _ in found} == {"acme/__init__.py"}
    assert {"", "_load_jupyter_server_extension"} <= {symbol for _, _, symbol in found}
    assert not ways(find({"acme/__init__.py": code, place: "[1"}), "plugin")
