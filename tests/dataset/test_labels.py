"""Labels: who makes one gold, what disputes it, and that nothing said is ever forgotten."""

from __future__ import annotations

import gzip
import io
import zipfile

import msgspec
import pytest

from pratique.cli import main
from pratique.dataset import lines
from pratique.dataset.ledger import Entry, Ledger
from pratique.dataset.place import Place
from pratique.dataset.records import Label, Witness
from pratique.dataset.rulings import rule
from pratique.dataset.shapes import Claim


def claim(reporter="a", **more):
    return Claim(**{"source": "s", "scope": "version", "name": "acme", "versions": ("1.0",), "licence": "x"} | more,
                 reporter=reporter)  # fmt: skip


def ruling(*claims):
    """Rule over claims; one with `withdrawn_at` has ended."""
    witnesses = [
        Witness(
            claim=one.id, reporter=one.reporter, source=one.source, stance=one.stance, intent=one.intent,
            method=one.method, scope=one.scope, reference="", licence="x", ended_at=one.withdrawn_at,
        )
        for one in claims
    ]  # fmt: skip
    return rule(witnesses, [one for one in claims if one.scope != "name" and not one.withdrawn_at], None)


def reviewer(name, stance):
    return claim(name, source="decisions", stance=stance, method="human")


@pytest.mark.parametrize(
    ("claims", "verdict", "lifecycle", "gold"),
    [
        ([claim()], "malicious", "asserted", False),
        ([claim(), claim("b")], "malicious", "asserted", True),
        ([claim(), claim("a", source="t")], "malicious", "asserted", False),
        ([claim(), claim("b", scope="name", versions=())], "malicious", "asserted", False),
        ([claim(), claim("b"), claim("c", doubts=("tiny",))], "malicious", "asserted", False),
        ([claim(intent="research"), claim("b")], "policy", "asserted", False),
        ([claim(intent="research"), claim("b", intent="malicious")], "malicious", "asserted", True),
        ([claim(), claim("b", stance="clears")], "malicious", "disputed", False),
        ([claim(), claim("b", withdrawn_at="2024-01-01")], "malicious", "disputed", False),
        ([claim(withdrawn_at="2024-01-01")], "unknown", "withdrawn", False),
        ([claim("b", scope="name", versions=())], "unknown", "withdrawn", False),
        ([claim(), reviewer("r", "accuses"), reviewer("q", "accuses")], "malicious", "asserted", True),
        ([claim(), claim("b"), reviewer("r", "clears")], "malicious", "disputed", False),
        ([claim(), claim("b"), reviewer("r", "clears"), reviewer("q", "clears")], "benign", "withdrawn", False),
    ],
)
def test_what_follows_from_who_says_what(claims, verdict, lifecycle, gold):
    found = ruling(*claims)

    assert (found.verdict, found.lifecycle, found.gold) == (verdict, lifecycle, gold)


def test_a_claim_stays_when_its_source_drops_it():
    ledger = Ledger()
    assert ledger.record("s", [claim(), claim("b")], "2024-01-01") == 2
    assert ledger.record("s", [claim("b")], "2024-02-01") == 0
    assert ledger.record("other", [], "2024-02-02") == 0

    assert [(one.claim.reporter, one.first_read, one.ended_at) for one in ledger.entries.values()] == [
        ("a", "2024-01-01", "2024-02-01"), ("b", "2024-01-01", ""),
    ]  # fmt: skip
    ledger.record("s", [claim(), claim("b")], "2024-03-01")
    assert [one.ended_at for one in ledger.entries.values()] == ["", ""]


def test_the_ledger_survives_the_disk(tmp_path):
    ledger = Ledger()
    ledger.record("s", [claim(tags=("x",), doubts=("y",))], "2024-01-01")
    lines.write(tmp_path / "claims.jsonl", ledger.entries.values())

    assert Ledger.load(tmp_path / "claims.jsonl").entries == ledger.entries
    assert Ledger.load(tmp_path / "absent").entries == {}


def test_the_id_of_a_claim_is_what_it_says_and_not_what_became_of_it():
    first = claim()

    assert first.id == msgspec.structs.replace(first, withdrawn_at="2024-01-01", note="n").id
    assert first.id != msgspec.structs.replace(first, versions=("1.1",)).id
    assert Entry(id=first.id, claim=first, first_read="x").ended_at == ""


def build(tmp_path, *named):
    dataset = tmp_path / "dataset"
    words = ["dataset", "build", "--dataset", str(dataset), "--read", "none", *map(str, named)]
    assert main(words) == 0
    return {(one.name, one.version, one.item.kind): one for one in lines.read(Place(dataset).labels, Label)}


def test_labels_are_about_versions_and_never_about_names(tmp_path, malregistry, datadog, ossf, kam193, capsys):
    """`acme-banner` as a whole is accused by OSV: its file is labelled by the registry, and no other version is."""
    found = build(tmp_path, malregistry, datadog, ossf, kam193)

    assert {(name, version) for name, version, _ in found} == {
        ("acme", "1.0"), ("acme", "1.1"), ("acme-banner", "0.1"), ("honest", "2.0"), ("@acme/left", "1.0.0"),
        ("wronged", "3.0"),
    }  # fmt: skip
    first = found["acme", "1.0", "sdist"]
    assert (first.purl, first.ruling.gold, first.ruling.verdict) == ("pkg:pypi/acme@1.0", True, "malicious")
    assert {one.reporter for one in first.witnesses if one.scope != "name"} == {
        "pypi-malregistry", "vendor-a", "ossf-package-analysis", "kam193",
    }  # fmt: skip
    assert first.source_campaigns == ("2024-07-example",)
    assert (first.ruling.harm_tier, first.ruling.harm_tier_by) == ("theft-or-execution", "source")
    assert found["acme-banner", "0.1", "sdist"].ruling.verdict == "policy"
    assert found["honest", "2.0", "repacked"].ruling.attack_type == "hijacked-release"
    wronged = found["wronged", "3.0", ""]
    assert (wronged.ruling.lifecycle, wronged.times.withdrawn, wronged.item.sha256) == ("withdrawn", "2024-12-01", "")
    assert "6 files" not in capsys.readouterr().err


def test_what_a_source_drops_is_disputed_then_withdrawn_and_kept(tmp_path, malregistry, ossf):
    build(tmp_path, malregistry, ossf)
    (malregistry / "acme" / "1.0" / "acme-1.0.tar").unlink()
    disputed = build(tmp_path, malregistry, ossf)["acme", "1.0", "sdist"]
    for path in (ossf / "osv" / "malicious" / "pypi").rglob("*.json"):
        path.unlink()
    withdrawn = build(tmp_path, malregistry, ossf)["acme", "1.0", "sdist"]

    assert (disputed.ruling.lifecycle, disputed.item.stored) == ("disputed", True)
    assert (withdrawn.ruling.lifecycle, withdrawn.ruling.verdict) == ("withdrawn", "unknown")
    assert [(one.field, one.before, one.after) for one in withdrawn.history] == [
        ("lifecycle", "asserted", "disputed"), ("gold", "True", "False"),
        ("verdict", "malicious", "unknown"), ("lifecycle", "disputed", "withdrawn"),
    ]  # fmt: skip


def test_two_reviewers_outrank_two_sources(tmp_path, malregistry, ossf, decisions):
    rows = [
        ("pkg:pypi/acme@1.0", "", "not_malware", who, "2024-05-01T00:00:00Z") for who in ("ann@example", "bea@example")
    ]
    one = build(tmp_path, malregistry, ossf, decisions(rows[0]))["acme", "1.0", "sdist"]
    two = build(tmp_path, malregistry, ossf, decisions(*rows))["acme", "1.0", "sdist"]

    assert (one.ruling.lifecycle, one.ruling.verdict) == ("disputed", "malicious")
    assert (two.ruling.lifecycle, two.ruling.verdict) == ("withdrawn", "benign")


def test_equal_bytes_under_two_names_are_told(tmp_path, make):
    make.put(tmp_path / "m" / "acme" / "1.0" / "acme-1.0.tar", make.sdist())
    make.put(tmp_path / "m" / "acme-two" / "1.0" / "acme-two-1.0.tar", make.sdist())
    found = build(tmp_path, tmp_path / "m")
    first, second = (found[name, "1.0", "sdist"] for name in ("acme", "acme-two"))

    assert [bool(one.duplicate_of) for one in (first, second)] == [False, True]
    assert second.duplicate_of == first.id


def test_a_damaged_dataset_is_said_to_be_one(tmp_path, malregistry, capsys):
    build(tmp_path, malregistry)
    place = Place(tmp_path / "dataset")
    lines_of = place.labels.read_bytes().splitlines()
    place.labels.write_bytes(b"\n".join(lines_of[1:]) + b"\n")
    place.vault.path(next(lines.read(place.labels, Label)).item.sha256).unlink()
    (place.root / "stray.py").write_text("x")

    assert main(["dataset", "verify", "--dataset", str(place.root)]) == 1
    told = capsys.readouterr().out
    assert "labels.jsonl has 2 labels; dataset.json says 3" in told
    assert "stray.py: does not belong into a dataset" in told
    assert "its bytes are not in the vault" in told
    assert "nothing is said of it" in told
    place.labels.write_bytes(b"{}\n")
    assert main(["dataset", "verify", "--dataset", str(place.root)]) == 1
    assert "labels.jsonl:1" in capsys.readouterr().err


def test_no_dataset_is_one_sentence(tmp_path, capsys):
    assert main(["dataset", "verify", "--dataset", str(tmp_path / "none")]) == 1
    assert "there is no dataset" in capsys.readouterr().err


def test_hostile_archives_in_a_source_stop_nothing(tmp_path, make):
    """Whatever the bytes are, they are kept, labelled, and said to be unread where they could not be read."""
    whole = gzip.compress(make.sdist())
    bomb = gzip.compress(bytes(64 << 20))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../up.py", b"x = 1\n")
        archive.writestr("a" * 5000 + ".py", b"x = 1\n")
        archive.writestr("acme.py", b"(" * 5000)
    hostile = {
        "empty.tar.gz": b"",
        "text.tar.gz": b"no archive at all",
        "half.tar.gz": whole[: len(whole) // 2],
        "bomb.tar.gz": bomb,
        "names-1.0-py3-none-any.whl": packed.getvalue(),
        "cut-1.0-py3-none-any.whl": packed.getvalue()[:-40],
    }
    for at, (name, data) in enumerate(hostile.items()):
        make.put(tmp_path / "m" / f"acme{at}" / "1.0" / name, data)
    dataset = tmp_path / "dataset"
    assert main(["dataset", "build", "--dataset", str(dataset), "--jobs", "1", str(tmp_path / "m")]) == 0
    found = {one.item.filename: one for one in lines.read(Place(dataset).labels, Label)}

    assert set(found) == set(hostile)
    assert all(one.proposal is not None and one.group is not None for one in found.values())
    assert not found["half.tar.gz"].proposal.complete
    assert not found["text.tar.gz"].proposal.complete
    assert main(["dataset", "verify", "--dataset", str(dataset)]) == 0
