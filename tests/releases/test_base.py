"""Which earlier release is the base."""

from __future__ import annotations

import pytest

from pratique.model import Artifact, Package, Release
from pratique.releases.base import counterpart, find
from pratique.releases.facts import facts


def _release(version: str, at: str = "", *, yanked: bool = False, provenance: bool = False, name: str = "") -> Release:
    package = Package(ecosystem="pypi", name="acme", version=version)
    file = Artifact(
        package=package,
        filename=name or f"acme-{version}-py3-none-any.whl",
        kind="wheel",
        uploaded_at=at,
        yanked=yanked,
        url="https://files.invalid/a",
        provenance_url="https://files.invalid/p" if provenance else "",
    )
    return Release(package=package, artifacts=(file,))


def _chosen(known: list[Release], new: Release) -> list[str]:
    return [one.package.version for one, _ in find(tuple(known), new).candidates]


def test_the_base_is_the_newest_that_stood_for_two_weeks():
    """The second poisoned release is not measured by the first, which came an hour before."""
    known = [
        _release("1.82.6", "2026-03-01T10:00:00Z"),
        _release("1.82.7", "2026-03-24T10:00:00Z"),
        _release("1.82.8", "2026-03-24T11:00:00Z"),
    ]

    found = find(tuple(known), known[-1])

    assert [one.package.version for one, _ in found.candidates] == ["1.82.6"]
    assert found.predecessor is known[1]


def test_where_nothing_stood_long_enough_the_newest_before_it_serves_and_the_reason_says_so():
    known = [_release("1.0", "2026-03-20T10:00:00Z"), _release("1.1", "2026-03-24T11:00:00Z")]

    (candidate,) = find(tuple(known), known[-1]).candidates

    assert candidate == (known[0], "no earlier release has stood for 14 days")


def test_without_upload_times_the_order_of_versions_decides_and_the_reason_says_so():
    known = [_release("1.9"), _release("1.10"), _release("1.11")]

    found = find(tuple(known), known[-1])

    assert [one.package.version for one, _ in found.candidates] == ["1.10", "1.9"]
    assert all("no upload times" in why for _, why in found.candidates)


@pytest.mark.parametrize(
    ("versions", "new", "expected"),
    [
        (["1.0", "2.0", "1.1"], "1.1", ["1.0"]),  # a fix for an old line is compared within it
        (["1.0", "2.0rc1", "2.0"], "2.0", ["1.0"]),  # whom a stable release reaches never had the candidate
        (["1.0", "2.0rc1", "2.0rc2"], "2.0rc2", ["2.0rc1", "1.0"]),
        (["1.0"], "1.0", []),
    ],
)
def test_earlier_means_what_an_installer_would_have_had(versions, new, expected):
    known = [_release(version) for version in versions]

    assert _chosen(known, _release(new)) == expected


def test_a_yanked_release_is_no_base():
    assert _chosen([_release("1.0"), _release("1.1", yanked=True)], _release("1.2")) == ["1.0"]


def test_a_year_old_release_is_found_by_its_age():
    known = [_release(f"1.{n}", f"20{20 + n}-03-01T00:00:00Z") for n in range(1, 7)]

    found = find(tuple(known), known[-1])

    assert found.year_old is known[-2]


def test_the_counterpart_of_a_wheel_is_the_one_for_the_same_platform():
    tags = ("cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-macosx_11_0_arm64", "cp312-cp312-win_amd64")
    files = tuple(_release("1.0", name=f"acme-1.0-{tag}.whl").artifacts[0] for tag in tags)
    old = Release(package=files[0].package, artifacts=files)
    new = _release("1.1", name="acme-1.1-cp311-cp311-macosx_12_0_arm64.whl").artifacts[0]

    found = counterpart(new, old)

    assert found is not None
    assert "macosx" in found.filename


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(True, False, "lost"), (True, True, "kept"), (False, True, "gained"), (False, False, "none")],
)  # fmt: skip
def test_what_became_of_an_attestation(before, now, expected):
    old, new = _release("1.0", provenance=before), _release("1.1", provenance=now)

    assert ("attestation", expected) in facts(new.artifacts[0], new, (old, new), old)


def test_a_file_added_long_after_its_release_is_told():
    old = _release("1.0", "2024-01-01T00:00:00Z").artifacts[0]
    late = _release("1.0", "2026-01-01T00:00:00Z", name="acme-1.0-cp311-cp311-win_amd64.whl").artifacts[0]
    release = Release(package=old.package, artifacts=(old, late))

    assert dict(facts(late, release, (release,), None))["late-file"] == "731 days after the release's first file"
    assert "late-file" not in dict(facts(old, release, (release,), None))


def test_a_jump_in_version_numbers_is_told_but_years_are_none():
    old = _release("1.0")

    assert dict(facts(old.artifacts[0], _release("99.0"), (old,), None))["version-jump"] == "1 → 99"
    assert "version-jump" not in dict(facts(old.artifacts[0], _release("2026.1"), (old,), None))
