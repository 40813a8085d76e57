"""Clusters, campaigns and splits: what joins, what does not, and ids that stay."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.dataset import clusters, splits
from pratique.dataset.agreement import agreement
from pratique.dataset.clusters import Kept, group, near_duplicates, template_of
from pratique.dataset.indicators import telling
from pratique.dataset.readings import Prints
from pratique.dataset.shapes import DatasetError
from pratique.known.indicators import within
from pratique.known.minhash import pack, signature


def shingles(seed, count=80):
    chance = random.Random(seed)
    return [chance.getrandbits(64) for _ in range(count)]


def prints(code, **more):
    return Prints(mass=len(set(code)), signature=pack(signature(code)) if code else b"", **more)


def together(found, *names):
    return len({found[name] for name in names}) == 1


def test_code_that_is_nearly_the_same_is_one_cluster():
    code = shingles(1)
    groups, _ = group({"a": prints(code), "b": prints([*code[:-3], 1, 2, 3]), "c": prints(shingles(2))})

    assert together(groups.clusters, "a", "b")
    assert not together(groups.clusters, "a", "c")


def test_small_code_is_alike_only_when_it_is_equal():
    code = shingles(1, 8)
    groups, _ = group({"a": prints(code), "b": prints(code), "c": prints([*code[:-1], 5]), "d": prints([])})

    assert together(groups.clusters, "a", "b")
    assert len(set(groups.clusters.values())) == 3


@pytest.mark.parametrize(
    "shared",
    [{"indicators": (b"12345678",)}, {"payloads": ((b"0123456789abcdef", clusters.HEAVY),)}],
    ids=["indicator", "function"],
)
def test_one_hand_joins_different_code(shared):
    groups, _ = group({"a": prints(shingles(1), **shared), "b": prints(shingles(2), **shared)})

    assert not together(groups.clusters, "a", "b")
    assert together(groups.campaigns, "a", "b")


def test_names_join_campaigns():
    made = {name: prints(shingles(name)) for name in "abcd"}
    names = [("a", "acme"), ("b", "acme"), ("c", "acme-tool-3f9c21"), ("d", "acme-tool-00ab12")]
    groups, _ = group(made, names)

    assert together(groups.campaigns, "a", "b")
    assert together(groups.campaigns, "c", "d")
    assert not together(groups.campaigns, "a", "c")


@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("acme-tool-3f9c21d0", "acme-tool-#"), ("my.acme_banner.tool-20240101", "acme-banner-tool-#"),
        ("acme-tool-decade", ""),
        ("x-3f9c21d0", ""), ("acme-banner", ""), ("acme-banner-2", ""), ("", ""),
    ],
)  # fmt: skip
def test_templates_of_names(name, template):
    assert template_of(name) == template


def test_mentions_of_libraries_join_nothing():
    same = {"mentions": (b"12345678",)}
    groups, _ = group({"a": prints(shingles(1), **same), "b": prints(shingles(2), **same)})

    assert not together(groups.campaigns, "a", "b")


def test_what_is_everywhere_joins_nothing():
    many = clusters.MANY + 1
    made = {str(at): prints(shingles(at), indicators=(b"12345678",)) for at in range(many)}
    groups, _ = group(made)

    assert len(set(groups.campaigns.values())) == many


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("https://drop.example.invalid/x", True),
        ("https://198.51.100.7/x", True),
        ("https://192.168.0.7/x", False),
        ("https://webhook.site/x", False),
        ("https://a1.ngrok.io/x", True),
        ("https://discord.com/api/v9/users/@me", False),
        ("https://discord.com/api/webhooks/123456789012345678/a1b2c3d4e5f6g7h8i9", True),
        ("https://raw.githubusercontent.com/acme/tool/main/a.py", True),
        ("https://www.w3.org/2001/XMLSchema", False),
    ],
)
def test_which_indicators_tell_a_hand(text, tells):
    assert any(telling(one) for one in within(text)) is tells


def test_ids_stay_when_samples_come_and_go():
    code, other = shingles(1), shingles(2)
    first, kept = group({"b": prints(code), "c": prints(other)})
    second, kept = group({"a": prints(code), "b": prints(code), "c": prints(other), "d": prints(shingles(3))}, (), kept)
    third, _ = group({"a": prints(code), "d": prints(shingles(3))}, (), kept)

    assert second.clusters["b"] == first.clusters["b"] == third.clusters["a"]
    assert second.clusters["c"] == first.clusters["c"]
    assert third.clusters["d"] == second.clusters["d"]


def test_a_group_that_is_swallowed_says_by_which_and_its_id_is_never_used_again():
    before = [
        Kept(kind="cluster", id="CL-1", members=("a", "b", "c")),
        Kept(kind="cluster", id="CL-2", members=("d",)),
        Kept(kind="cluster", id="CL-3", members=("z",)),
    ]
    code = shingles(1)
    groups, kept = group({name: prints(code) for name in "abcd"}, (), before)
    again, _ = group({"d": prints(shingles(5)), "z": prints(shingles(6))}, (), kept)

    assert set(groups.clusters.values()) == {"CL-1"}
    assert {one.id: one.merged_into for one in kept if one.kind == "cluster"} == {
        "CL-1": "", "CL-2": "CL-1", "CL-3": "gone",
    }  # fmt: skip
    assert {"CL-2", "CL-3"} & set(again.clusters.values()) == set()


@given(st.permutations(range(12)), st.integers(0, 3))
def test_the_order_of_samples_does_not_matter(order, seed):
    made = {str(at): prints([*shingles(f"{seed}{at % 4}")[at:], *range(at)]) for at in range(12)}
    straight, _ = group(made)
    shuffled, _ = group({str(at): made[str(at)] for at in order})

    assert straight == shuffled


def test_a_huge_family_is_found_whole():
    """More than a bucket's representatives; each member has lost and gained a few shingles."""
    chance = random.Random(3)
    code = shingles(1, 200)
    made = [prints([one if chance.random() > 0.05 else chance.getrandbits(64) for one in code]) for _ in range(400)]

    assert len(set(near_duplicates(made))) == 1


def test_agreement_counts_pairs():
    found = agreement({"a": "1", "b": "1", "c": "1", "d": "2"}, {"a": "x", "b": "x", "c": "y", "d": "y", "e": "x"})

    assert (found.samples, found.pairs, found.joined, found.found) == (4, 2, 3, 1)
    assert (found.precision, found.recall) == (1 / 3, 1 / 2)
    assert agreement({"a": "1"}, {"a": "GENERIC-things"}).samples == 0


def test_a_campaign_is_never_split():
    campaigns = {"a": "C1", "b": "C1", "c": "C2", "d": "C3"}
    dates = [("a", "2023-05-01"), ("b", "2025-05-01"), ("c", "2024-01-01"), ("d", ""), ("e", "2020-01-01")]
    found = splits.assign(campaigns, dates, splits.CUTS)

    assert {name: one.name for name, one in found.items()} == {"a": "train", "b": "train", "c": "dev", "d": "undated"}
    assert {one.version for one in found.values()} == {"first-seen-by-campaign/1 2024-01-01 2025-01-01"}


@pytest.mark.parametrize("text", ["", "2024-01-01", "2025-01-01,2024-01-01", "x,y", "2024-01-01,"])
def test_cuts_are_two_dates_in_order(text):
    with pytest.raises(DatasetError):
        splits.cuts_of(text)
