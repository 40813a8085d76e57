"""A dataset in the place of a pack: evaluations and indexes of known malware are made from it."""

from __future__ import annotations

import hashlib

import pytest

from pratique.cli import main
from pratique.dataset import lines
from pratique.dataset.place import Place
from pratique.dataset.records import Label
from pratique.evaluate import corpora


@pytest.fixture
def dataset(tmp_path, pack, ossf):
    place = tmp_path / "dataset"
    assert main(["dataset", "build", "--dataset", str(place), "--jobs", "0", str(pack), str(ossf)]) == 0
    return place


def test_labels_decide_what_is_counted_with_what(dataset):
    found = {one.project: one for one in corpora.malware(dataset)}

    assert {name: (one.item.stratum, one.verdict, one.item.split) for name, one in found.items()} == {
        "acme": ("headline", "malicious", "dev"),
        "acme-banner": ("flagged", "unreviewed", "dev"),
    }
    assert found["acme"].campaign == "2024-07-example"
    assert found["acme"].item.tier == "theft-or-execution"
    filename, data = found["acme"].read()
    assert (filename, hashlib.sha256(data).hexdigest()) == ("acme-1.0.tar", found["acme"].item.sha256)


def test_the_digest_of_the_corpus_is_that_of_its_labels(dataset):
    digest = hashlib.sha256((dataset / "labels.jsonl").read_bytes()).hexdigest()[:16]

    assert corpora.table_digest(dataset, "labels.csv") == digest


def test_an_index_of_known_malware_is_built_from_it(dataset, tmp_path, make, capsys):
    index = tmp_path / "known.idx"
    words = ["known", "build", "--malware", str(dataset), "--clean", "none", "--jobs", "0", "--output", str(index)]
    assert main(words) == 0
    renamed = make.put(tmp_path / "other-2.0.tar", make.sdist("other", "2.0"))
    capsys.readouterr()
    assert main(["known", "match", str(index), str(renamed)]) == 0
    assert "2024-07-example" in capsys.readouterr().out


def test_facts_alone_are_enough_for_clusters(tmp_path, pack, malregistry):
    """And a full reading afterwards is done, while facts after it are not read again."""
    place = Place(tmp_path / "dataset")
    named = ["dataset", "build", "--dataset", str(place.root), "--jobs", "0", str(pack), str(malregistry)]
    assert main([*named, "--read", "facts"]) == 0
    quick = {one.id: one for one in lines.read(place.labels, Label)}
    assert main(named) == 0
    whole = {one.id: one for one in lines.read(place.labels, Label)}
    read = place.readings.read_bytes()
    assert main([*named, "--read", "facts"]) == 0

    assert {one.proposal for one in quick.values()} == {None}
    assert all(one.proposal for one in whole.values())
    assert {name: one.group.cluster for name, one in quick.items()} == {
        name: one.group.cluster for name, one in whole.items()
    }
    assert place.readings.read_bytes() == read
