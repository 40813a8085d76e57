"""Requirements files are data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.ecosystems import Wanted
from pratique.ecosystems.pypi import requirements
from pratique.errors import TargetNotFound

SHA = "ab" * 32


@pytest.fixture
def folder(tmp_path):
    """A folder of requirements files."""

    class Folder:
        path = tmp_path

        def write(self, text, name="requirements.txt"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
            return tmp_path / name

        def read(self, text, only=""):
            return requirements.read(self.write(text), only)

    return Folder()


def asked(wanted):
    return [(target.name, target.version or target.specifier) for target in wanted.targets]


def reasons(wanted):
    return [refused.reason.partition(":")[0] for refused in wanted.refused]


def test_lines(folder):
    """Comments, blanks, continuations, extras, markers and ranges, as pip reads them."""
    wanted = folder.read(
        "\ufeff# a comment\n\nRequests==2.32.3  # pinned\nsix >= 1.10, \\\n  < 2\n"
        "foo[bar]==1.0 ; python_version > '3'\n"
        "url#fragment-is-no-comment==1\nbaz==1.*\\\n# comment inside\nlast\\"
    )

    assert asked(wanted) == [
        ("requests", "2.32.3"),
        ("six", "<2,>=1.10"),
        ("foo", "1.0"),
        ("baz", "==1.*"),
        ("last", ""),
    ]
    assert [refused.where.rpartition(":")[2] for refused in wanted.refused] == ["7"]


def test_hashes(folder):
    """sha256 digests are kept; a line that has only others is refused."""
    wanted = folder.read(
        f"a==1 --hash=sha256:{SHA} \\\n  --hash=sha512:{SHA * 2} \\\n  --hash sha256:{'cd' * 32}\n"
        f"b==1 --hash=md5:{SHA[:32]}\nc==1 --hash=sha256:short\n"
    )

    assert [(target.name, target.hashes) for target in wanted.targets] == [("a", (SHA, "cd" * 32))]
    assert reasons(wanted) == ["its hashes are not sha256, the only kind that is checked"] * 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("git+https://code.invalid/a.git@main#egg=a", "version control"),
        ("https://files.invalid/a-1.0.tar.gz", "names an address"),
        ("a @ https://files.invalid/a-1.0.tar.gz", "names an address"),
        ("a @ file:./x", "names an address"),
        ("./local", "local path"),
        ("a-1.0-py3-none-any.whl", "local path"),
        ("-e .", "editable"),
        ("--editable=git+https://code.invalid/a", "editable"),
        ("--index-url https://index.invalid/simple", "option is not followed"),
        ("-i https://index.invalid/simple", "option is not followed"),
        ("--find-links=./wheels", "option is not followed"),
        ("-r https://files.invalid/r.txt", "option is not followed"),
        ("a==${VERSION}", "variable of the environment"),
        ("a==1; python_version < '2'", "marker is false here"),
        ("a==1; extra == 'x'", "marker is false here"),
        ("a==1; no_such == 'x'", "cannot be read"),
        ("not a requirement", "cannot be read"),
        ("-", "option is not followed"),
        ("--hash 'unbalanced", "option is not followed"),
    ],
)
def test_refused(folder, line, reason):
    """What is not a project on the index is listed with its place and a reason, never followed."""
    wanted = folder.read(f"\n{line}\nok==1\n")

    assert asked(wanted) == [("ok", "1")]
    (refused,) = wanted.refused
    assert reason in refused.reason
    assert (refused.text, refused.where) == (line, f"{folder.path}/requirements.txt:2")


def test_credentials_are_not_shown(folder):
    """A refused line is listed without the secrets in it."""
    wanted = folder.read("a @ https://me:s3cret@files.invalid/a.zip\n-i https://t0ken@index.invalid/\nx y://s3cret@z\n")

    assert len(wanted.refused) == 3
    assert "https://***@files.invalid/a.zip" in wanted.refused[0].text
    assert not {"s3cret", "t0ken"} & set(str(wanted).replace("@", " ").replace(":", " ").replace("/", " ").split())


def test_harmless_options(folder):
    """Options about one machine's choice of files do not matter."""
    assert folder.read("--require-hashes\n--no-binary :all:\n--pre\na==1 --config-settings=x=y\n").refused == ()


def test_nested(folder):
    """`-r` and `-c` are followed inside the folder, each file once."""
    folder.write("b>=1\n-r ../requirements.txt\n-rmore.txt\n", "sub/inner.txt")
    folder.write("d\n", "sub/more.txt")
    folder.write("a<5\nb<2\nunused==1\n", "limits.txt")

    wanted = folder.read("a\n-r sub/inner.txt\n--constraint=limits.txt\n--requirement sub/inner.txt\n", only="sdist")

    assert asked(wanted) == [("a", "<5"), ("b", "<2,>=1"), ("d", "")]
    assert {target.only for target in wanted.targets} == {"sdist"}
    assert wanted.refused == ()


def test_escapes(folder, tmp_path_factory):
    """Nothing outside the folder is read, not by dots, not by an absolute path, not by a link."""
    outside = tmp_path_factory.mktemp("outside") / "secret.txt"
    outside.write_text("secret==1\n")
    (folder.path / "link.txt").symlink_to(outside)

    wanted = folder.read(f"-r {outside}\n-r link.txt\n-r ../{outside.parent.name}/secret.txt\n-r gone.txt\n-r .\n")

    assert wanted.targets == ()
    outside_reason = "it is outside the folder of the first requirements file"
    assert reasons(wanted) == [outside_reason] * 3 + ["there is no such file"] * 2
    assert [refused.where.rpartition(":")[2] for refused in wanted.refused] == ["1", "2", "3", "4", "5"]


def test_bounds(folder, monkeypatch):
    """Large files and long chains of them are refused, and said so."""
    monkeypatch.setattr(requirements, "MAX_BYTES", 50)
    monkeypatch.setattr(requirements, "MAX_FILES", 3)
    folder.write("x\n" * 100, "large.txt")
    for number in range(9):
        folder.write(f"-r {number + 1}.txt\n", f"{number}.txt")

    assert reasons(folder.read("-r large.txt\n-r 0.txt\n")) == [
        "it is larger than 50 bytes",
        "more than 3 files are included",
    ]


def test_missing(folder):
    """A requirements file that is not there is an error, not an empty list."""
    with pytest.raises(TargetNotFound, match="there is no requirements file"):
        requirements.read(folder.path / "none.txt")


@given(text=st.text(alphabet="a1=<>-rc \\\n#;[]'$./:@\x00é", max_size=80))
def test_any_text(tmp_path_factory, text):
    """No file raises, and every logical line is followed, wanted or refused."""
    path = tmp_path_factory.mktemp("any") / "r.txt"
    path.write_text(text, encoding="utf-8")

    assert isinstance(requirements.read(path), Wanted)
