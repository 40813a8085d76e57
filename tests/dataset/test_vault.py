"""The vault, and the one thing that must never happen: a byte of a sample on disk that is not encrypted."""

from __future__ import annotations

import hashlib
import io
import os
import sys

import pytest

from pratique.cli import main
from pratique.dataset.shapes import Unreadable
from pratique.dataset.vault import Vault


def test_what_goes_in_comes_out(tmp_path):
    vault = Vault(tmp_path / "vault")
    digest = vault.put(b"harmless")

    assert digest == hashlib.sha256(b"harmless").hexdigest()
    assert vault.get(digest) == b"harmless"
    assert list(vault.stored()) == [digest]
    assert list(vault.faults()) == []


def test_blobs_are_encrypted_private_and_nameless(tmp_path):
    vault = Vault(tmp_path / "vault")
    path = vault.path(vault.put(b"harmless text " * 100))
    blob = path.read_bytes()

    assert b"harmless" not in blob
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stem.encode() in blob
    assert int.from_bytes(blob[6:8], "little") & 1  # APPNOTE 4.4.4: the member is encrypted
    assert int.from_bytes(blob[8:10], "little") == 99  # APPNOTE 4.4.5: by AES


def test_a_second_put_leaves_the_first(tmp_path):
    vault = Vault(tmp_path / "vault")
    path = vault.path(vault.put(b"harmless"))
    before = path.read_bytes()
    vault.put(b"harmless")

    assert path.read_bytes() == before


def test_every_fault_is_found(tmp_path):
    vault = Vault(tmp_path / "vault")
    first, second, third = (vault.put(text) for text in (b"one", b"two", b"three"))
    vault.path(first).chmod(0o755)
    vault.path(second).write_bytes(vault.path(third).read_bytes())
    blob = bytearray(vault.path(third).read_bytes())
    blob[112] ^= 0xFF  # behind the local header: the salt
    vault.path(third).write_bytes(blob)
    (tmp_path / "vault" / "loose.tar.gz").write_bytes(b"x")
    (tmp_path / "vault" / "link").symlink_to("/etc/passwd")
    found = dict(vault.faults())

    assert found["loose.tar.gz"] == "does not belong into the vault"
    assert found["link"] == "a link"
    assert {first, second, third} == {name.split("/")[1].removesuffix(".zip") for name in found if "/" in name}


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 64])
def test_what_is_not_there_is_unreadable(name, tmp_path):
    with pytest.raises(Unreadable):
        Vault(tmp_path).get(name)


@pytest.fixture
def written(monkeypatch):
    """Watch this process and its children: every file that is opened for writing, by the interpreter's own audit."""
    seen = set()
    watching = [True]

    def watch(event, arguments):
        if watching[0] and event == "open":
            path, mode, flags = arguments
            if isinstance(path, str | bytes) and (
                set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
            ):
                seen.add(os.fsdecode(path))

    sys.addaudithook(watch)
    yield seen
    watching[0] = False


def test_no_sample_byte_reaches_the_disk_unencrypted(tmp_path, written, malregistry, datadog, pack, make, monkeypatch):
    """Build, verify and publish from every layout that holds samples; then look into every file there is.

    What the sources themselves hold in the clear was there before.
    """
    cache = tmp_path / "cache"
    monkeypatch.setenv("PRATIQUE_CACHE", str(cache))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    dataset = tmp_path / "dataset"
    named = [f"pypi-malregistry={malregistry}", f"datadog={datadog}", f"pack={pack}"]

    assert main(["dataset", "build", "--dataset", str(dataset), "--jobs", "1", *named]) == 0
    assert main(["dataset", "release", "2024.06", "--seal-from", "2024-06-01", "--dataset", str(dataset)]) == 0
    assert main(["dataset", "verify", "--dataset", str(dataset)]) == 0

    made = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert len([path for path in made if path.suffix == ".zip"]) == 7
    outside = {name for name in written if not name.startswith((str(tmp_path), "/dev/", "/proc/"))}
    assert {name for name in outside if "__pycache__" not in name} == set()
    marks = (make.mark, make.mark.hex().encode(), b"inert-marker")
    assert [path for path in made if any(mark in path.read_bytes() for mark in marks)] == []
    packed = io.BytesIO(make.sdist())
    assert [path for path in made if packed.getvalue()[512:1024] in path.read_bytes()] == []
