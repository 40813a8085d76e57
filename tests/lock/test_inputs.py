"""What a project depends on, from every kind of file that says so."""

from __future__ import annotations

import pytest

from pratique.ecosystems.pypi import PyPI
from pratique.errors import ConfigError, TargetNotFound
from pratique.lock.inputs import find, installed, pins

ONE, TWO = "a" * 64, "b" * 64
PYLOCK = f"""lock-version = "1.0"
created-by = "hand"
[[packages]]
name = "Acme_Utils"
version = "1.2"
wheels = [{{name = "acme_utils-1.2-py3-none-any.whl", hashes = {{sha256 = "{ONE}"}}}}]
sdist = {{name = "acme_utils-1.2.tar.gz", hashes = {{sha256 = "{TWO}"}}}}
[[packages]]
name = "ours"
directory = {{path = "."}}
"""
UV = f"""version = 1
[[package]]
name = "acme-utils"
version = "1.2"
source = {{registry = "https://index.invalid/simple"}}
sdist = {{url = "https://index.invalid/a.tar.gz", hash = "sha256:{TWO}"}}
wheels = [{{url = "https://index.invalid/a.whl", hash = "sha256:{ONE}"}}]
[[package]]
name = "ours"
version = "0.1"
source = {{editable = "."}}
"""
POETRY = f"""[[package]]
name = "acme-utils"
version = "1.2"
files = [
    {{file = "acme_utils-1.2-py3-none-any.whl", hash = "sha256:{ONE}"}},
    {{file = "acme_utils-1.2.tar.gz", hash = "sha256:{TWO}"}},
]
[[package]]
name = "ours"
version = "0.1"
[package.source]
type = "git"
url = "https://code.invalid/ours"
[metadata]
lock-version = "2.1"
"""


@pytest.mark.parametrize(("name", "text"), [("pylock.toml", PYLOCK), ("uv.lock", UV), ("poetry.lock", POETRY)])
def test_lock_files_give_names_versions_and_hashes(tmp_path, name, text):
    (tmp_path / name).write_text(text)

    found = pins(PyPI(), find(tmp_path))

    (pin,) = found.pins
    assert (pin.name, pin.version, sorted(pin.hashes)) == ("acme-utils", "1.2", [ONE, TWO])
    assert found.refused == (("ours", "it comes from no index"),)


def test_requirements_give_versions_ranges_and_hashes(tmp_path):
    (tmp_path / "requirements.txt").write_text(f"acme==1.2 --hash=sha256:{ONE}\nother>=2\n./here\n")

    found = pins(PyPI(), find(tmp_path))

    assert [(pin.name, pin.version, pin.specifier, pin.hashes) for pin in found.pins] == [
        ("acme", "1.2", "", (ONE,)),
        ("other", "", ">=2", ()),
    ]
    assert len(found.refused) == 1


def test_an_environment_is_read_by_its_metadata(tmp_path):
    info = tmp_path / "acme_utils-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Acme_Utils\nVersion: 1.2\n")

    (pin,) = installed([str(tmp_path)]).pins

    assert (pin.name, pin.version) == ("acme-utils", "1.2")


def test_what_is_no_lock_file_is_refused(tmp_path):
    (tmp_path / "poetry.lock").write_text("title = 'x'\n")

    with pytest.raises(ConfigError, match=r"is no pylock\.toml"):
        pins(PyPI(), tmp_path / "poetry.lock")
    with pytest.raises(TargetNotFound):
        find(tmp_path / "nowhere")
