"""Files of one release that disagree."""

from __future__ import annotations

import hashlib
import io
import zipfile

import msgspec
import pytest

from pratique.batch import read_all
from pratique.cache import Cache
from pratique.compare.siblings import apart, differences, odd_one_out
from pratique.ecosystems import Target
from pratique.model import Budget, Package
from pratique.pipeline import Options, describe, read_artifact
from pratique.releases import Against, Desk, plan, read_release

META = "Name: acme\nVersion: 1.0\n"
CODE = {"acme/__init__.py": b"VERSION = 1\n"}


def _drawn(filename, files, kind="wheel", meta=META):
    packed = io.BytesIO()
    place = "acme-1.0/PKG-INFO" if kind == "sdist" else "acme-1.0.dist-info/METADATA"
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in (files | {place: f"Metadata-Version: 2.1\n{meta}".encode()}).items():
            archive.writestr(zipfile.ZipInfo(path), data)
    data = packed.getvalue()
    package = Package(ecosystem="pypi", name="acme", version="1.0")
    artifact = msgspec.structs.replace(describe(filename, data), kind=kind, package=package)
    return read_artifact(artifact, data, Options(), draw=True).portrait


def _wheel(tag, files, **more):
    return _drawn(f"acme-1.0-py3-none-{tag}.whl", files, **more)


def _told(one, sdist=None, sibling=None):
    return [(change.topic, change.subject, change.after) for change in differences(one, sdist, sibling)]


def _reviewed(registry):
    def files(works):
        return read_all(works, Options(audience="everything"), jobs=0, cache=Cache(None))

    desk = Desk(registry, files, Budget(), lambda _text: None)
    target = Target(kind="project", text="acme", name="acme", version="1.0")
    return [one.review for one in read_release(desk, plan(registry, target), Against())]


def test_a_wheel_built_from_its_sdist_agrees():
    sdist = _drawn("acme-1.0.zip", {f"acme-1.0/src/{path}": data for path, data in CODE.items()}, "sdist")

    assert _told(_wheel("any", CODE), sdist) == []


def test_code_that_the_sdist_does_not_have_is_told():
    sdist = _drawn("acme-1.0.zip", {f"acme-1.0/{path}": data for path, data in CODE.items()}, "sdist")
    wheel = _wheel("any", CODE | {"acme.pth": b"import acme\n", "acme/_fast.so": b"\x7fELF\x02\x01\x01" + bytes(200)})

    assert _told(wheel, sdist) == [
        ("file", "acme.pth", "not in acme-1.0.zip"),
        ("opaque", "acme/_fast.so", "acme-1.0.zip has nothing to build it from"),
    ]


def test_native_code_is_expected_where_the_sdist_has_sources():
    sources = {"acme-1.0/acme/__init__.py": CODE["acme/__init__.py"], "acme-1.0/acme/fast.c": b"int main;\n"}
    sdist = _drawn("acme-1.0.zip", sources, "sdist")

    assert _told(_wheel("any", CODE | {"acme/_fast.so": b"\x7fELF\x02\x01\x01" + bytes(200)}), sdist) == []


def test_wheels_for_two_platforms_that_hold_other_code_are_told():
    linux, windows = _wheel("linux_x86_64", CODE), _wheel("win_amd64", {"acme/__init__.py": b"import os\n"})

    assert _told(windows, sibling=linux) == [("file", "acme/__init__.py", f"not as in {linux.artifact.filename}")]
    assert apart(linux, windows)
    assert not apart(linux, linux)


def test_a_name_that_is_not_the_one_of_the_index_is_told():
    assert _told(_wheel("any", CODE, meta="Name: other\nVersion: 1.0\n")) == [("metadata", "name", "other")]


def test_other_line_ends_make_no_difference():
    linux = _wheel("linux_x86_64", {"acme/__init__.py": b"def f(x):\n    return x\n"})
    windows = _wheel("win_amd64", {"acme/__init__.py": b"def f(x):\r\n    return x  # built here\r\n"})

    assert _told(windows, sibling=linux) == []
    assert not apart(linux, windows)
    assert odd_one_out([linux, windows]) == {}


def test_requirements_that_only_one_wheel_has_are_told():
    linux, windows = (
        _wheel("linux_x86_64", CODE),
        _wheel("win_amd64", CODE, meta=f"{META}Requires-Dist: plain-things\n"),
    )

    (told,) = _told(windows, sibling=linux)
    assert told == ("dependency", "plain-things", f"plain-things (not asked for by {linux.artifact.filename})")
    assert _told(linux, sibling=windows) == [("dependency", "plain-things", "")]


def test_the_wheel_that_differs_from_most_is_held_against_one_of_them():
    same = [_wheel(tag, CODE) for tag in ("linux_x86_64", "macosx_11_0_arm64")]
    odd = _wheel("win_amd64", {"acme/__init__.py": b"import os\nos.system('true')\n"})

    assert odd_one_out([odd, *same]) == {odd.artifact.filename: same[0]}
    assert odd_one_out(same) == {}


def test_of_two_wheels_without_an_sdist_each_is_held_against_the_other():
    one, other = _wheel("linux_x86_64", CODE), _wheel("win_amd64", {"acme/__init__.py": b"import os\n"})

    assert odd_one_out([one, other]) == {one.artifact.filename: other, other.artifact.filename: one}


def test_one_platforms_payload_is_judged_beside_its_siblings(registry):
    for tag in ("manylinux1_x86_64", "macosx_11_0_arm64"):
        registry.add("1.0", CODE, tag=tag)
    registry.add("1.0", {"acme/__init__.py": b"import os\nos.system('true')\n"}, tag="win_amd64")

    found = {one.artifact.filename: one for one in _reviewed(registry)}

    fired = {name for name, one in found.items() for rule in one.findings if rule.rule.startswith("carry-code-absent")}
    assert len(found) == 3
    assert fired == {"acme-1.0-py3-none-win_amd64.whl"}
    assert {one.subject for review in found.values() for one in review.siblings} == {"acme/__init__.py"}


def test_a_young_requirement_of_one_platforms_wheel_is_looked_into(registry):
    registry.add("1.0", CODE, "2026-01-01T00:00:00Z", tag="manylinux1_x86_64")
    registry.add("1.0", CODE, "2026-01-01T00:00:00Z", tag="win_amd64", requires=("plain-things",))
    registry.add("1.0", {"plain_things/__init__.py": b"X = 1\n"}, "2099-01-01T00:00:00Z", name="plain_things")

    linux, windows = _reviewed(registry)

    assert linux.dependencies == ()
    assert [(one.name, one.marks) for one in windows.dependencies] == [("plain-things", ("young", "rare", "unused"))]
    assert "ask-for-more-than-it-tells" in {one.rule for one in windows.findings}
    assert windows.verdict.level in {"clear", "note"}


def test_a_requirement_that_the_index_does_not_tell_is_told(registry):
    registry.add("1.0", CODE, requires=("plain-things",))
    registry.record = ("other-things",)

    (found,) = _reviewed(registry)

    assert [(one.subject, one.after) for one in found.siblings] == [
        ("plain-things", "plain-things (not told by the index)")
    ]
    assert "ask-for-more-than-it-tells" in {one.rule for one in found.findings}


def test_the_first_wheel_is_held_against_the_others_too(registry):
    registry.add("1.0", CODE | {"acme/more.py": b"X = 1\n"}, tag="linux_x86_64")
    registry.add("1.0", CODE, tag="win_amd64")

    first, second = _reviewed(registry)

    assert [(one.subject, one.after) for one in first.siblings] == [
        ("acme/more.py", f"not in {second.artifact.filename}")
    ]
    assert [(one.subject, one.before) for one in second.siblings] == [
        ("acme/more.py", f"only in {first.artifact.filename}")
    ]


@pytest.mark.parametrize("same", [True, False])
def test_metadata_that_the_index_serves_is_held_against_the_wheel(registry, same):
    name = registry.add("1.0", CODE)
    with zipfile.ZipFile(io.BytesIO(registry.files[name])) as archive:
        held = hashlib.sha256(archive.read("acme-1.0.dist-info/METADATA")).hexdigest()
    registry.served[name] = held if same else "0" * 64

    (found,) = _reviewed(registry)

    fired = {one.rule for one in found.findings}
    assert [one.subject for one in found.siblings] == ([] if same else ["METADATA"])
    assert ("serve-other-metadata-than-it-holds" in fired) is not same
    assert found.verdict.level in {"clear", "note"}
