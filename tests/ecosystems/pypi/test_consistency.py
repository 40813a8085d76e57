"""Artifacts that disagree with themselves, and honest ones that only look so."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.ecosystems.pypi.consistency import MOST, PROBLEMS, check
from pratique.model import File

INFO = "acme-1.0.dist-info/"
METADATA = "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nTag: py3-none-any\n"
NAME = "acme-1.0-py3-none-any.whl"


def promise(path, body, algorithm="sha256"):
    digest = base64.urlsafe_b64encode(hashlib.new(algorithm, body.encode()).digest()).decode().rstrip("=")
    return f"{path},{algorithm}={digest},{len(body)}"


def wheel(files, record=None, name=NAME, metadata=METADATA):
    """Check a wheel; RECORD promises everything unless given."""
    files = {**files, f"{INFO}METADATA": metadata, f"{INFO}WHEEL": WHEEL}
    rows = [promise(path, body) for path, body in files.items()] + [f"{INFO}RECORD,,"]
    return checked({**files, f"{INFO}RECORD": "\n".join(rows) if record is None else record(rows)}, "wheel", name)


def checked(files, kind="wheel", name="", kinds=None):
    data = {path: body if isinstance(body, bytes) else body.encode() for path, body in files.items()}
    made = tuple(
        File(
            segments=(path,),
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            kind=(kinds or {}).get(path, "text"),
        )
        for path, body in data.items()
    )
    return check(made, lambda file: data[file.path], kind, name)


def codes(problems):
    return [problem.code for problem in problems]


def test_a_sound_wheel_has_no_problem():
    assert wheel({"acme/__init__.py": "x = 1\n"}) == ()


def test_a_changed_file():
    changed = wheel(
        {"acme.py": "x = 1\n"},
        lambda rows: "\n".join(rows).replace(promise("acme.py", "x = 1\n"), promise("acme.py", "x = 2\n")),
    )

    assert [(problem.code, problem.segments) for problem in changed] == [("record-hash-differs", ("acme.py",))]


def test_a_promise_in_another_algorithm_is_checked_too():
    same = wheel({"a.py": "x"}, lambda rows: "\n".join([promise("a.py", "x", "sha512"), *rows[1:]]))
    other = wheel({"a.py": "x"}, lambda rows: "\n".join([promise("a.py", "y", "sha512"), *rows[1:]]))

    assert (codes(same), codes(other)) == ([], ["record-hash-differs"])


def test_missing_unlisted_and_no_record():
    assert codes(wheel({"a.py": ""}, lambda rows: "\n".join([*rows, "gone.py,,"]))) == ["record-lists-missing"]
    assert codes(wheel({"a.py": ""}, lambda rows: "\n".join(rows[1:]))) == ["record-omits"]
    assert "record-missing" in codes(checked({f"{INFO}METADATA": METADATA}, "wheel", NAME))


def test_licences_and_signatures_may_stay_unlisted_but_code_may_not():
    licence = {f"{INFO}licenses/LICENSE": "MIT", f"{INFO}RECORD.jws": "{}"}

    assert wheel(licence, lambda rows: "\n".join(rows[2:])) == ()
    files = {
        f"{INFO}licenses/x.py": "",
        f"{INFO}RECORD": f"{INFO}RECORD,,\n{INFO}METADATA,,\n",
        f"{INFO}METADATA": METADATA,
    }
    assert codes(checked(files, "wheel", NAME, {f"{INFO}licenses/x.py": "python"})) == ["record-omits"]


def test_many_problems_of_one_code_are_counted():
    found = wheel({f"m{number}.py": "" for number in range(MOST + 5)}, lambda rows: "\n".join(rows[-3:]))

    assert len(found) == MOST + 1
    assert found[-1].detail == "and 5 more"


@pytest.mark.parametrize(
    ("name", "version", "filename", "expected"),
    [
        ("Ac.Me_x", "1.0", "ac_me_x-1.0.0-py3-none-any.whl", []),
        ("acme", "1.0+local.1", "acme-1.0+local_1-py3-none-any.whl", []),
        ("acme", "1.0", "other-1.0-py3-none-any.whl", ["metadata-name-differs"]),
        ("acme", "1.1", "acme-1.0-py3-none-any.whl", ["metadata-version-differs"]),
        ("acme", "not a version", "acme-1.0-py3-none-any.whl", ["metadata-version-differs"]),
        ("acme", "1.0", "", []),
    ],
)
def test_names_and_versions(name, version, filename, expected):
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"

    assert codes(wheel({}, name=filename, metadata=metadata)) == expected


def test_sdists_are_compared_with_their_file_name():
    files = {"ac-me-1.0/PKG-INFO": "Name: acme\nVersion: 1.0\n", "ac-me-1.0/setup.py": ""}

    assert codes(checked(files, "sdist", "ac-me-1.0.tar.gz")) == ["metadata-name-differs"]
    assert codes(checked({"acme-1.0/setup.py": ""}, "sdist", "acme-1.0.tar.gz")) == ["metadata-missing"]


def test_fields_that_stand_twice():
    assert codes(wheel({}, metadata=METADATA + "Name: other\n")) == ["metadata-ambiguous"]


def test_direct_dependencies():
    found = wheel({}, metadata=METADATA + "Requires-Dist: x @ https://files.invalid/x.zip\nRequires-Dist: y (>=1)\n")

    assert [(problem.code, problem.detail) for problem in found] == [
        ("direct-url-dependency", "x @ https://files.invalid/x.zip")
    ]


def test_tags():
    assert codes(wheel({}, name="acme-1.0-py2.py3-none-any.whl")) == ["wheel-tags-differ"]


def test_several_dist_infos():
    assert codes(wheel({"other-2.dist-info/METADATA": ""})) == ["dist-info-several"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("os.py", ["shadows-stdlib"]), ("json/__init__.py", ["shadows-stdlib"]),
        ("pip/__init__.py", ["shadows-installer"]),
        ("acme/os.py", []), ("test/__init__.py", []), ("site.py", ["shadows-stdlib"]),
    ],
)  # fmt: skip
def test_names_that_shadow(path, expected):
    assert codes(wheel({path: ""})) == expected


def test_an_installer_may_have_its_own_name():
    metadata = "Metadata-Version: 2.1\nName: setuptools\nVersion: 1.0\n"

    found = wheel(
        {"setuptools/__init__.py": "", "pkg_resources/__init__.py": ""},
        name="setuptools-1.0-py3-none-any.whl",
        metadata=metadata,
    )

    assert found == ()


def test_pth_lines_are_told():
    (problem,) = wheel({"a.pth": "/x\nimport os\n"})

    assert (problem.code, problem.severity, problem.detail) == ("pth-import-line", "info", "lines 2")


def test_problems_are_documented_once():
    assert len({code for code, _, _ in PROBLEMS}) == len(PROBLEMS)


@given(
    st.dictionaries(
        st.sampled_from(
            [f"{INFO}RECORD", f"{INFO}METADATA", f"{INFO}WHEEL", "PKG-INFO", "a.pth", "a.py", "x-1/PKG-INFO"]
        ),
        st.one_of(
            st.binary(max_size=200),
            st.sampled_from([b"a.py,sha256=\xff,-1\n,,\n", b"a.py,sha512=x,", b'"', b"Tag: a-b-c\nTag: -"]),
        ),
        max_size=5,
    ),
    st.sampled_from(["wheel", "sdist", "egg", "zip", "folder"]),
    st.one_of(st.just(NAME), st.text(max_size=30), st.just("acme-1.0.tar.gz")),
)
def test_nothing_makes_it_raise(files, kind, name):
    assert all(problem.severity in {"info", "odd", "fatal"} for problem in checked(files, kind, name))
