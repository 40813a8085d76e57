"""The registry stand-in is a registry: pip and uv install from it, and its faults are what they say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import xmlrpc.client
from pathlib import Path

import pytest

from standin.registry import sdist, wheel

FILES = {"acme_demo/__init__.py": b"VALUE = 42\n"}


def get(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
        return answer.read(), answer.headers


def test_pip_installs_from_it(registry, index, tmp_path):
    registry.upload(*wheel("acme_demo", "1.0", FILES))
    words = ["install", "--no-cache-dir", "--index-url", f"{index}/simple", "--target", str(tmp_path), "acme-demo"]
    environment = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, capture_output=True, env=environment, timeout=120)

    assert (tmp_path / "acme_demo" / "__init__.py").read_bytes() == FILES["acme_demo/__init__.py"]


def test_uv_installs_from_it(registry, index, tmp_path):
    """uv asks for the metadata alone first (PEP 658)."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed")
    registry.upload(*wheel("acme_demo", "1.0", FILES))
    words = [
        "pip",
        "install",
        "--no-cache",
        "--no-config",
        "--default-index",
        f"{index}/simple",
        "--target",
        str(tmp_path),
    ]
    done = subprocess.run(
        [uv, *words, "--python", sys.executable, "acme-demo==1.0"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "acme_demo" / "__init__.py").is_file()
    assert any(path.endswith(".metadata") for path in registry.asked)


def test_the_simple_api_and_its_conditions(registry, index):
    registry.upload(*wheel("acme", "1.0", FILES))
    body, headers = get(f"{index}/simple/acme/")
    page = json.loads(body)

    assert page["meta"]["_last-serial"] == registry.serial
    assert page["project-status"] == {"status": "active"}
    assert len(page["files"][0]["core-metadata"]["sha256"]) == 64
    with pytest.raises(urllib.error.HTTPError, match="304"):
        get(f"{index}/simple/acme/", **{"If-None-Match": headers["ETag"]})
    registry.quarantine("acme")
    assert json.loads(get(f"{index}/simple/acme/")[0])["files"] == []
    assert json.loads(get(f"{index}/simple/")[0])["projects"] == []


def test_the_journal(registry, index):
    registry.upload(*sdist("acme", "1.0", {"setup.py": b""}))
    with xmlrpc.client.ServerProxy(f"{index}/pypi", allow_none=True) as proxy:
        rows = proxy.changelog_since_serial(0)
        assert [row[3] for row in rows] == ["create", "new release", "add source file acme-1.0.tar.gz"]
        assert proxy.changelog_last_serial() == rows[-1][4]
        with pytest.raises(xmlrpc.client.Fault, match="no such method"):
            proxy.search("x")


def test_provenance_and_rss(registry, index):
    registry.upload(*wheel("acme", "1.0", FILES), provenance=b'{"version": 1}')
    page = json.loads(get(f"{index}/simple/acme/")[0])

    assert get(index + page["files"][0]["provenance"])[0] == b'{"version": 1}'
    assert b"<pubDate>" in get(f"{index}/rss/updates.xml")[0]
