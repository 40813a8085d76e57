"""What is published: complete, safe, the same for everybody, and never changed afterwards."""

from __future__ import annotations

import hashlib
import json
import subprocess
import xml.etree.ElementTree as ET

import jsonschema
import pytest

from pratique.cli import main
from pratique.dataset import contaminated, lines, release, sealed
from pratique.dataset.exports import columns, osv
from pratique.dataset.place import Place
from pratique.dataset.records import Label
from pratique.dataset.schemas import schemas

duckdb = pytest.importorskip("duckdb", reason="needs pratique[dataset]")
DAY = "2024-06-01"


@pytest.fixture
def place(tmp_path, pack, datadog, ossf):
    """A dataset with a campaign of 2023, and one of 2024 that may be sealed."""
    dataset = tmp_path / "dataset"
    text = (pack / "labels.csv").read_text().replace("2024-05-01,1,malicious,2024-07", "2023-05-01,1,malicious,2024-07")
    (pack / "labels.csv").write_text(text)
    words = ["dataset", "build", "--dataset", str(dataset), "--jobs", "0", str(pack), str(datadog), str(ossf)]
    assert main(words) == 0
    return Place(dataset)


def test_labels_come_with_proposals_groups_and_splits(place):
    found = {(one.name, one.item.kind): one for one in lines.read(place.labels, Label)}
    first = found["acme", "sdist"]

    assert first.proposal is not None
    assert first.proposal.triggers == ("install",)
    assert (first.proposal.payloads[0].path, first.proposal.payloads[0].line) == ("acme-1.0/setup.py", 8)
    assert "run-downloaded-code" in {one.rule for one in first.proposal.behaviours}
    assert "network.http" in first.proposal.capabilities
    assert [one.value for one in first.proposal.indicators] == ["drop[.]example[.]invalid"]
    assert first.group.campaign == found["acme", "repacked"].group.campaign
    assert first.split.name == "train"
    assert found["@acme/left", "repacked"].proposal is None


def test_an_export_follows_its_schemas(place, tmp_path, make):
    target = tmp_path / "export"
    assert main(["dataset", "export", "--dataset", str(place.root), str(target)]) == 0

    for name, file in (("label", "labels"), ("claim", "claims"), ("group", "groups"), ("sealed", "sealed")):
        schema = json.loads((target / "schema" / f"pratique-{name}-1.json").read_text())
        assert schema == schemas()[name]
        for line in (target / f"{file}.jsonl").read_bytes().splitlines():
            jsonschema.validate(json.loads(line), schema)
    jsonschema.validate(json.loads((target / "stats.json").read_text()), schemas()["dataset-stats"])
    jsonschema.validate(json.loads(place.summary.read_text()), schemas()["dataset"])
    assert not [path for path in target.rglob("*") if path.is_file() and make.mark in path.read_bytes()]


def test_the_table_holds_what_the_lines_hold(place, tmp_path):
    release.export(place, tmp_path / "export", "2024.06", DAY)
    labels = list(lines.read(tmp_path / "export" / "labels.jsonl", Label))
    with duckdb.connect() as database:
        table = database.execute(
            "SELECT id, item_sha256, ruling_gold, len(witnesses), proposal_level, witnesses[1].reporter"
            " FROM read_parquet(?)",
            [str(tmp_path / "export" / "labels.parquet")],
        )
        rows = table.fetchall()

    assert rows == [
        (
            one.id, one.item.sha256, one.ruling.gold, len(one.witnesses),
            one.proposal.level if one.proposal else None, one.witnesses[0].reporter,
        )
        for one in labels
    ]  # fmt: skip


def test_every_column_is_described(place, tmp_path):
    release.export(place, tmp_path / "export", "2024.06", DAY)
    described = json.loads((tmp_path / "export" / "croissant.json").read_text())
    with duckdb.connect() as database:
        parquet = str(tmp_path / "export" / "labels.parquet")
        names = [row[0] for row in database.execute("DESCRIBE SELECT * FROM read_parquet(?)", [parquet]).fetchall()]

    fields = described["recordSet"][0]["field"]
    assert [one["source"]["extract"]["column"] for one in fields] == [
        one.name for one in columns.columns() if "STRUCT" not in one.sql
    ]
    assert names == [one.name for one in columns.columns()]
    for one in described["distribution"]:
        data = (tmp_path / "export" / one["contentUrl"]).read_bytes()
        assert one["sha256"] == hashlib.sha256(data).hexdigest()


def test_osv_reports_have_versions_and_never_a_whole_name(place):
    made = dict(osv.documents(lines.read(place.labels, Label), DAY))

    assert "pypi/acme/MAL-2024-0001.json" in made
    report = made["pypi/acme/MAL-2024-0001.json"]
    (affected,) = report["affected"]
    assert (affected["package"]["ecosystem"], affected["versions"]) == ("PyPI", ["1.0", "1.1"])
    assert "ranges" not in affected
    assert report["database_specific"]["iocs"] == {"domains": ["drop[.]example[.]invalid"]}
    assert made["npm/@acme/left/MAL-0000-left.json"]["affected"][0]["package"]["purl"] == "pkg:npm/%40acme/left"
    assert "id" not in made["npm/@acme/left/MAL-0000-left.json"]
    assert not [path for path in made if "wronged" in path]


def test_a_release_never_changes(place, capsys):
    made = release.release(place, "2024.06", DAY)
    folder = place.releases / "2024.06"

    listed = "".join(f"{one.sha256}  {one.path}\n" for one in made.files)
    assert made.digest == hashlib.sha256(listed.encode()).hexdigest()
    assert {path.stat().st_mode & 0o222 for path in folder.rglob("*") if path.is_file()} == {0}
    assert main(["dataset", "release", "--dataset", str(place.root), "2024.06"]) == 1
    assert "exists" in capsys.readouterr().err
    assert list(release.faults(place)) == []
    (folder / "labels.jsonl").chmod(0o644)
    (folder / "labels.jsonl").write_bytes(b"")
    (folder / "more").write_bytes(b"")
    assert sorted(release.faults(place)) == [
        "releases/2024.06/labels.jsonl: not what was released",
        "releases/2024.06/more: not what was released",
    ]


def test_two_exports_of_one_dataset_are_equal(place, tmp_path):
    for name in "ab":
        release.export(place, tmp_path / name, "2024.06", DAY)
    first, second = ({one.path: one for one in release._files(tmp_path / name)} for name in "ab")

    assert first == second


def test_flips_are_in_the_changelog(place, decisions, tmp_path, capsys):
    release.release(place, "2024.06", DAY)
    rows = [("pkg:pypi/honest@2.0", "", "not_malware", who, "2024-06-01T00:00:00Z") for who in ("ann", "bea")]
    named = str(decisions(*rows))
    assert main(["dataset", "build", "--dataset", str(place.root), "--jobs", "0", named]) == 0
    made = release.release(place, "2024.07", "2024-07-01")
    text = (place.releases / "2024.07" / "CHANGELOG.md").read_text()

    assert made.previous == "2024.06"
    assert "| verdict | malicious | benign | 1 |" in text
    assert "`pkg:pypi/honest@2.0` lifecycle: asserted → withdrawn" in text
    report = dict(osv.documents(lines.read(place.labels, Label), DAY))["pypi/honest/MAL-0000-honest.json"]
    assert "withdrawn" in report


def test_sealed_labels_are_promised_and_then_shown(place, tmp_path):
    """Anybody can check with nothing but a hash; what is not yet shown is in no file of the release."""
    made = release.release(place, "2024.06", DAY, "2024-01-01")
    folder = place.releases / "2024.06"
    hidden = list(lines.read(place.sealed / "2024.06.jsonl", sealed.Secret))

    assert made.sealed == len(hidden) > 0
    assert (place.sealed / "2024.06.jsonl").stat().st_mode & 0o777 == 0o600
    secrets = [json.loads(one.line) for one in hidden]
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for one in secrets:
        assert not [data for data in files if one["item"]["sha256"].encode() in data or one["id"].encode() in data]
    assert main(["dataset", "reveal", "--dataset", str(place.root), "2024.06", str(tmp_path / "revealed.jsonl")]) == 0
    promised = {json.loads(line)["commitment"] for line in (folder / "sealed.jsonl").read_bytes().splitlines()}
    shown = [json.loads(line) for line in (tmp_path / "revealed.jsonl").read_bytes().splitlines()]
    assert {hashlib.sha256(bytes.fromhex(one["nonce"]) + one["line"].encode()).hexdigest() for one in shown} == promised


def test_a_changed_secret_breaks_the_promise(place, tmp_path, capsys):
    release.release(place, "2024.06", DAY, "2024-01-01")
    path = place.sealed / "2024.06.jsonl"
    path.write_text(path.read_text().replace("malicious", "benign", 1))

    assert main(["dataset", "reveal", "--dataset", str(place.root), "2024.06", str(tmp_path / "r.jsonl")]) == 1
    assert "cannot be revealed" in capsys.readouterr().err
    assert not (tmp_path / "r.jsonl").exists()


def test_an_export_overwrites_nothing(place, tmp_path, capsys):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")

    assert main(["dataset", "export", "--dataset", str(place.root), str(tmp_path / "full")]) == 1
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]


@pytest.mark.parametrize("version", ["1", "2024.6", "../2024.06", "2024.06/x", ""])
def test_versions_are_months(version, place, capsys):
    assert main(["dataset", "release", "--dataset", str(place.root), version]) == 1
    assert "is no version" in capsys.readouterr().err


def test_stats_are_printed_and_drawn(place, tmp_path, capsys):
    picture = tmp_path / "stats.svg"
    assert main(["dataset", "stats", "--dataset", str(place.root), "--svg", str(picture)]) == 0
    text = capsys.readouterr().out
    assert "run-downloaded-code" in text
    assert "pypi-malregistry" in text
    assert main(["dataset", "stats", "--dataset", str(place.root), "--format", "json"]) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), schemas()["dataset-stats"])
    drawn = ET.fromstring(picture.read_text())
    assert len(drawn.findall("{http://www.w3.org/2000/svg}rect")) > 10
    assert "<script" not in picture.read_text()


def test_labels_are_shown_by_purl_id_and_hash(place, capsys):
    label = next(lines.read(place.labels, Label))
    for what in (label.id, label.purl, label.item.sha256[:12]):
        assert main(["dataset", "show", "--dataset", str(place.root), what]) == 0
        assert label.id in capsys.readouterr().out
    assert main(["dataset", "show", "--dataset", str(place.root), "absent"]) == 1


def test_live_names_are_listed_by_popularity(place, tmp_path, capsys):
    names = tmp_path / "live.csv"
    names.write_text("project,downloads\nother,9000\nAcme_Banner,10\nacme,500\nwronged,400\n")
    assert main(["dataset", "contaminated", "--dataset", str(place.root), "--live", str(names)]) == 0
    told = capsys.readouterr().out.splitlines()

    assert [line.split()[1] for line in told[:-1]] == ["acme", "acme-banner"]
    assert told[-1].startswith("2 of 4 live names are accused")
    names.write_text("acme\n")
    assert contaminated.live_names(names) == {"acme": (1, 0)}


def test_schemas_are_printed(capsys):
    for name in schemas():
        assert main(["schema", name]) == 0
        assert json.loads(capsys.readouterr().out) == schemas()[name]


def test_a_digest_is_what_sha256sum_says(place):
    """The digest needs none of our code."""
    made = release.release(place, "2024.06", DAY)
    paths = sorted(one.path for one in made.files)
    done = subprocess.run(
        ["sha256sum", *paths], cwd=place.releases / "2024.06", capture_output=True, check=True, timeout=60
    )

    assert hashlib.sha256(done.stdout).hexdigest() == made.digest
