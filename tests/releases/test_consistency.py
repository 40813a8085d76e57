"""Files of one release that disagree."""

from __future__ import annotations

import io
import zipfile

import msgspec

from pratique.model import Package
from pratique.pipeline import Options, describe, read_artifact
from pratique.releases.consistency import disagreements, odd_one_out

CODE = {"acme/__init__.py": b"VERSION = 1\n"}


def _drawn(filename, files, kind="wheel", meta="Name: acme\nVersion: 1.0\n"):
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


def _told(*portraits):
    return [(one.topic, one.kind, one.subject) for one in disagreements(portraits)]


def test_a_wheel_built_from_its_sdist_agrees():
    sdist = _drawn("acme-1.0.zip", {f"acme-1.0/src/{path}": data for path, data in CODE.items()}, "sdist")

    assert _told(sdist, _wheel("any", CODE)) == []


def test_code_that_the_sdist_does_not_have_is_told():
    sdist = _drawn("acme-1.0.zip", {f"acme-1.0/{path}": data for path, data in CODE.items()}, "sdist")
    wheel = _wheel("any", CODE | {"acme.pth": b"import acme\n", "acme/_fast.so": b"\x7fELF\x02\x01\x01" + bytes(200)})

    assert _told(sdist, wheel) == [("file", "added", "acme.pth"), ("opaque", "added", "acme/_fast.so")]


def test_native_code_is_expected_where_the_sdist_has_sources():
    sources = {"acme-1.0/acme/__init__.py": CODE["acme/__init__.py"], "acme-1.0/acme/fast.c": b"int main;\n"}
    sdist = _drawn("acme-1.0.zip", sources, "sdist")

    assert _told(sdist, _wheel("any", CODE | {"acme/_fast.so": b"\x7fELF\x02\x01\x01" + bytes(200)})) == []


def test_wheels_for_two_platforms_that_hold_other_code_are_told():
    linux, windows = _wheel("linux_x86_64", CODE), _wheel("win_amd64", {"acme/__init__.py": b"import os\n"})

    assert _told(linux, windows) == [("file", "changed", "acme/__init__.py")]


def test_a_name_that_is_not_the_one_of_the_index_is_told():
    assert _told(_wheel("any", CODE, meta="Name: other\nVersion: 1.0\n")) == [("metadata", "changed", "name")]


def test_the_wheel_that_differs_from_most_is_held_against_one_of_them():
    same = [_wheel(tag, CODE) for tag in ("linux_x86_64", "macosx_11_0_arm64")]
    odd = _wheel("win_amd64", {"acme/__init__.py": b"import os\nos.system('true')\n"})

    assert odd_one_out([odd, *same]) == {odd.artifact.filename: same[0]}
    assert odd_one_out(same) == {}


def test_one_platforms_payload_is_judged_beside_its_siblings(registry):
    from pratique.batch import read_all
    from pratique.cache import Cache
    from pratique.ecosystems import Target
    from pratique.model import Budget
    from pratique.releases import Against, Desk, plan, read_release

    for tag in ("manylinux1_x86_64", "macosx_11_0_arm64"):
        registry.add("1.0", CODE, tag=tag)
    registry.add("1.0", {"acme/__init__.py": b"import os\nos.system('true')\n"}, tag="win_amd64")

    def files(works):
        return read_all(works, Options(audience="everything"), jobs=0, cache=Cache(None))

    desk = Desk(registry, files, Budget(), lambda _text: None)
    target = Target(kind="project", text="acme", name="acme", version="1.0")
    found = {one.review.artifact.filename: one.review for one in read_release(desk, plan(registry, target), Against())}

    fired = {name for name, one in found.items() for rule in one.findings if rule.rule.startswith("carry-code-absent")}
    assert len(found) == 3
    assert fired == {"acme-1.0-py3-none-win_amd64.whl"}
    assert {one.subject for review in found.values() for one in review.siblings} == {"acme/__init__.py"}
