"""What file names say."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.ecosystems.pypi import filenames


@pytest.mark.parametrize(
    ("filename", "project", "said", "kind"),
    [
        ("six-1.17.0.tar.gz", "six", ("six", "1.17.0"), "sdist"),
        ("Foo.Bar-1.0.zip", "foo-bar", ("foo-bar", "1.0"), "sdist"),
        ("foo_bar-1.0-py3-none-any.whl", "foo-bar", ("foo-bar", "1.0"), "wheel"),
        ("foo_bar-1.0-1-py3-none-any.whl", "foo-bar", ("foo-bar", "1.0"), "wheel"),
        ("foo-1.0-beta.tar.gz", "foo", ("foo", "1.0b0"), "sdist"),
        ("foo-bar-1.0-1.tar.gz", "foo-bar", ("foo-bar", "1.0.post1"), "sdist"),
        ("foo-2.0.tar.bz2", "foo", ("foo", "2.0"), "sdist"),
        ("foo-2-1.0.tgz", "foo-2", ("foo-2", "1.0"), "sdist"),
        ("foo-1.0-py2.7.egg", "foo", ("foo", "1.0"), "egg"),
        ("foo-1.0-py2.7-win32.egg", "foo", ("foo", "1.0"), "egg"),
        ("foo-1.0.win32-py2.7.exe", "foo", ("foo", "1.0"), "zip"),
        ("foo-1.0.linux-x86_64.tar.gz", "foo", ("foo", "1.0"), "sdist"),
        ("foo-1.0-1.noarch.rpm", "foo", ("foo", "1.0"), "zip"),
        ("foo-2004d.tar.gz", "foo", ("foo", "2004d"), "sdist"),
        ("foo-1.0-final-py3-none-any.whl", "foo", ("foo", "1.0"), "wheel"),
        ("bar-1.0.tar.gz", "foo", ("", ""), "sdist"),
        ("bar-1.0-py3-none-any.whl", "foo", ("", ""), "wheel"),
        ("../../etc/passwd", "foo", ("", ""), "zip"),
        ("six-1.17.0.tar.gz", "", ("six", "1.17.0"), "sdist"),
        ("my-tool-0.1-py2.7.egg", "", ("my-tool", "0.1"), "egg"),
        ("sample.zip", "", ("sample", ""), "sdist"),
        ("a" * 600 + "-1.0.zip", "", ("", ""), "sdist"),
    ],
)
def test_parse(filename, project, said, kind):
    """Name, version and kind, for honest, old and odd names."""
    assert (filenames.parse(filename, project), filenames.kind_of(filename)) == (said, kind)


@given(st.text(max_size=300), st.sampled_from(["", "foo", "foo-bar"]))
def test_any_name(filename, project):
    """No name raises, and a name that is given is the project's."""
    name, version = filenames.parse(filename, project)

    assert name in {"", project} or not project
    assert isinstance(version, str)


@given(st.from_regex(r"foo-[0-9a-z.+!_-]{1,40}(\.whl|\.tar\.gz|\.zip|\.egg|\.rpm)", fullmatch=True))
def test_own_name(filename):
    """A file that starts with its project's name is always recognised as the project's."""
    assert filenames.parse(filename, "foo")[0] == "foo"


def test_describe():
    """A file on disk becomes an artifact with its digest and size."""
    artifact = filenames.describe("six-1.17.0.tar.gz", b"data")

    assert artifact.package.purl == "pkg:pypi/six@1.17.0"
    assert (artifact.kind, artifact.size, artifact.sha256) == ("sdist", 4, hashlib.sha256(b"data").hexdigest())
