"""The pool: what a child does to itself, or tries to do to others, costs its own artifact at most."""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import stat
import threading
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.pool import Limits, Pool, PoolUnavailable, Request, Skip, Store, cores, supported
from pratique.pool.messages import NOTES, Began, Done, Failed, Notes, ProtocolError, frame, storable

pytestmark = pytest.mark.skipif(not supported(), reason="no children on this platform")

QUICK = Limits(file_seconds=0.6, step_seconds=5, patience=1)


def reading(job, speaker):
    """Read "files": one line each, of which some do harm; the result names those that were read."""
    read = []
    for name in job.data.decode().splitlines():
        if not speaker.begin(name):
            harm(name)
            read.append(name)
    speaker.step("linking")
    if b"stuck" in job.options:
        time.sleep(60)
    while b"busy" in job.options:
        pass
    return ",".join(read).encode()


def harm(name):
    if name == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif name == "odd signal":
        os.kill(os.getpid(), 40)
    elif name == "terminate":
        os.kill(os.getpid(), signal.SIGTERM)
    elif name == "null":
        ctypes.string_at(0)
    elif name == "hang":
        time.sleep(60)
    elif name == "spin":
        while True:
            pass
    elif name == "memory":
        ctypes.memset(ctypes.create_string_buffer(8 << 30), 1, 8 << 30)
    elif name == "bytes":
        bytearray(8 << 30)
    elif name == "raise":
        raise ValueError("no such thing")
    elif name == "exit":
        os._exit(3)


def outcomes(data, work=reading, limits=QUICK, jobs=2, **more):
    with Pool(work, jobs=jobs, limits=limits, **more) as pool:
        return list(pool.map(Request(data=one, label=str(number)) for number, one in enumerate(data)))


def test_outcomes_come_in_order_with_their_cost():
    found = outcomes([b"a\nb", b"", b"c" * 1000])

    assert [(one.index, one.label, one.result, one.refused) for one in found] == [
        (0, "0", b"a,b", ""), (1, "1", b"", ""), (2, "2", b"c" * 1000, "")
    ]  # fmt: skip
    assert all(one.attempts == 1 and one.cpu_s > 0 and one.wall_s > 0 and one.peak_mb > 1 for one in found)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("segfault", "crashed (SIGSEGV)"),
        ("odd signal", "crashed (signal 40)"),
        ("terminate", "crashed (SIGTERM)"),
        ("null", "crashed (SIGSEGV)"),
        ("hang", "took longer than 0.6 s"),
        ("memory", "ran out of memory"),
        ("bytes", "ran out of memory"),
        ("exit", "ended without a result (status 3)"),
    ],
)
def test_a_file_that_ends_its_reader_is_left_out_and_the_rest_goes_on(name, reason):
    first, second = outcomes([f"a\n{name}\nb".encode(), b"c"])

    assert (first.result, first.refused, first.attempts) == (b"a,b", "", 2)
    assert first.skipped == (Skip(place=name, reason=reason),)
    assert second.result == b"c"


def test_what_the_work_raises_costs_one_file():
    (first,) = outcomes([b"a\nraise\nb"])

    assert first.result == b"a,b"
    assert first.skipped[0].reason.startswith("failed with ValueError at test_pool.py:")


def test_cpu_time_is_limited():
    limits = Limits(file_seconds=30, cpu_seconds=1)
    (first,) = outcomes([b"a\nspin\nb"], limits=limits)

    assert first.result == b"a,b"
    assert first.skipped == (Skip(place="spin", reason="used more than 1 s of CPU"),)
    assert first.cpu_s >= 0.9


def test_the_cpu_time_of_one_file_and_of_one_step_is_limited():
    limits = Limits(file_seconds=0.3, step_seconds=0.4, patience=100)
    with Pool(reading, jobs=1, limits=limits) as pool:
        first, second = pool.map([Request(data=b"a\nspin\nb"), Request(data=b"a", options=b"busy")])

    assert (first.result, first.skipped) == (b"a,b", (Skip(place="spin", reason="used more than 0.3 s of CPU"),))
    assert (second.result, second.refused) == (b"", "used more than 0.4 s of CPU (linking)")


def test_a_reader_that_keeps_dying_is_given_up():
    names = "hang\nsegfault\nexit\nnull\nraise"
    limits = Limits(file_seconds=0.3, patience=1, restarts=3)
    first, second = outcomes([names.encode(), b"fine"], limits=limits)

    assert first.result == b""
    assert first.refused == "4 files ended the reader; the last one crashed (SIGSEGV)"
    assert [one.place for one in first.skipped] == ["hang", "segfault", "exit", "null"]
    assert first.attempts == 4
    assert second.result == b"fine"


def test_work_on_the_whole_that_takes_too_long_is_refused():
    with Pool(reading, jobs=1, limits=Limits(step_seconds=0.5, patience=1)) as pool:
        (first,) = pool.map([Request(data=b"a", options=b"stuck")])

    assert (first.result, first.refused) == (b"", "took longer than 0.5 s (linking)")


def test_a_name_that_is_no_text_is_left_out_like_any_other():
    def work(job, speaker):
        odd = "odd\udcff" + "x" * 20_000
        refused = speaker.begin(odd)
        if not refused:
            os._exit(1)
        return refused.encode()

    (first,) = outcomes([b""], work)

    assert first.result == b"ended without a result (status 1)"


def test_a_result_that_is_too_large_is_refused():
    limits = Limits(result_bytes=1000)
    first, second = outcomes([b"x" * 1001, b"y" * 1000], limits=limits)

    assert first.refused == "answered wrongly: its result has 1001 bytes, past the limit of 1000 (linking)"
    assert second.result == b"y" * 1000


def test_large_data_passes_both_ways():
    first, second = outcomes([os.urandom(5_000_000), b""], lambda job, speaker: job.data * 4)

    assert (len(first.result), second.result) == (20_000_000, b"")


def is_pipe(descriptor):
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff" * 10,
        b"\x00\x00\x00\x01\xc1",
        b"\x00\x00\x00\x00",
        (5).to_bytes(4, "big") + b"hello",
        frame(Done(result=b"x")).replace(b"Done", b"Gone"),
        frame(Began(place="x" * 8192)).replace(b"Began", b"Stray"),
    ],
)
def test_garbage_from_a_child_is_refused(garbage):
    def work(job, speaker):
        (pipe,) = filter(is_pipe, range(64))
        os.write(pipe, job.data)
        time.sleep(60)
        return b""

    first, second = outcomes([garbage, frame(Done(result=b"fine"))], work)

    assert first.refused.startswith("answered wrongly: ")
    assert second.result == b"fine"


def test_a_child_that_talks_without_end_is_stopped():
    def work(job, speaker):
        while True:
            speaker.step("again")

    limits = Limits(stream_bytes=1 << 20, cpu_seconds=20)
    (first,) = outcomes([b""], work, limits=limits)

    assert first.refused == "answered wrongly: it said more than it may (again)"


@given(st.lists(st.binary(max_size=40), max_size=5), st.binary(max_size=60))
def test_notes_are_read_the_same_however_they_are_cut(results, tail):
    stream = b"".join(frame(Done(result=one)) for one in results)
    whole = list(Notes(1000, 1 << 20).feed(stream))
    notes = Notes(1000, 1 << 20)
    cut = [note for at in range(len(stream)) for note in notes.feed(stream[at : at + 1])]

    assert whole == cut == [Done(result=one) for one in results]
    try:
        strays = list(notes.feed(tail))
    except ProtocolError:
        strays = []
    assert all(isinstance(one, msgspec.Struct) for one in strays)


def test_values_to_keep_come_with_an_accepted_result_only():
    def work(job, speaker):
        speaker.store("facts", "key", job.data)
        speaker.store("facts", "bad key", b"")
        speaker.store("Facts!", "key", b"")
        if speaker.begin(job.data.decode()) == "":
            harm(job.data.decode())
        if job.data == b"stop":
            raise ValueError
        return b"done"

    limits = Limits(store_bytes=6)
    fine, large, again = outcomes([b"fine", b"far too large", b"segfault"], work, limits=limits)

    assert fine.stores == (Store(kind="facts", key="key", value=b"fine"),)
    assert large.stores == ()
    assert (again.result, again.stores) == (b"done", ())


def test_requests_are_taken_as_there_is_room():
    taken = []

    def requests():
        for number in range(20):
            taken.append(number)
            yield Request(data=b"a")

    with Pool(reading, jobs=2, limits=QUICK) as pool:
        ahead = [len(taken) - one.index for one in pool.map(requests())]

    assert len(taken) == 20
    assert max(ahead) <= 5


def test_a_slow_consumer_is_not_the_childs_fault():
    with Pool(reading, jobs=1, limits=Limits(file_seconds=0.4, step_seconds=0.4, patience=1)) as pool:
        run = pool.map([Request(data=b"a"), Request(data=b"b"), Request(data=b"c")])
        found = []
        for one in run:
            found.append(one.result)
            time.sleep(0.6)

    assert found == [b"a", b"b", b"c"]


def children():
    """Return the processes that this one started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.append((int(status.parent.name), fields[0]))
    return found


def alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_nothing_is_left_behind_when_a_run_is_stopped_half_way():
    before = children()
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    with Pool(reading, jobs=2, limits=Limits()) as pool:
        run = pool.map(Request(data=one) for one in (b"a", b"hang", b"hang"))
        assert next(run).result == b"a"
        run.close()
        (zygote,) = {process for process, _ in children()} - {process for process, _ in before}
        grandchildren = Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()

    assert grandchildren == []
    assert children() == before
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_two_runs_of_one_pool_do_not_disturb_each_other():
    with Pool(reading, jobs=1, limits=QUICK) as pool:
        one = pool.map(Request(data=name) for name in (b"a", b"b"))
        other = pool.map(Request(data=name) for name in (b"c", b"hang\nd"))
        found = [next(one).result, next(other).result, next(other).result, next(one).result]

    assert found == [b"a", b"c", b"d", b"b"]


def test_an_interrupt_ends_the_run_and_every_process():
    before = children()

    def interrupted():
        yield Request(data=b"hang")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Pool(reading, jobs=2) as pool:
        list(pool.map(interrupted()))

    assert children() == before


def test_children_die_with_their_zygote_and_the_run_goes_on():
    before = {process for process, _ in children()}
    pids = []

    def requests():
        yield Request(data=b"hang")
        (zygote,) = {process for process, _ in children()} - before
        while not pids:
            pids.extend(map(int, Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()))
        os.kill(zygote, signal.SIGKILL)
        yield Request(data=b"b")

    with Pool(reading, jobs=2, limits=QUICK) as pool:
        first, second = pool.map(requests())

    assert (first.result, [one.place for one in first.skipped]) == (b"", ["hang"])
    assert second.result == b"b"
    assert not any(map(alive, pids))


def test_loading_that_fails_is_said():
    def preload():
        raise ImportError("no such module")

    with pytest.raises(PoolUnavailable, match="failed with ImportError"), Pool(reading, preload=preload) as pool:
        list(pool.map([Request(data=b"a")]))


def test_what_is_loaded_is_there_in_every_child():
    loaded = []
    found = outcomes(
        [b"", b""], lambda job, speaker: loaded[0], preload=lambda: loaded.append(b"here"), prepare=lambda: None
    )

    assert [one.result for one in found] == [b"here", b"here"]
    assert loaded == []


@pytest.fixture
def another_thread():
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    yield
    go.set()
    thread.join()


@pytest.fixture
def spawned(monkeypatch):
    """Return a module of the host's own, importable by name."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return importlib.import_module("spawned")


def test_beside_threads_children_come_from_a_fresh_interpreter(another_thread, spawned):
    """A fork copies locks that other threads hold; the child has its limits all the same."""
    with Pool(spawned.shout, prepare=spawned.prepare, jobs=1) as pool:
        first, second = pool.map([Request(data=b"a", options=b""), Request(data=b"exit", options=b"")])

    assert first.result == b"A limited: True"
    assert "status 3" in second.refused


def test_beside_threads_a_function_of_no_module_cannot_be_handed_over(another_thread):
    with pytest.raises(PoolUnavailable, match="no fresh interpreter could start"):
        Pool(lambda job, speaker: b"", jobs=1)


def test_without_children_the_same_work_is_done_here():
    first, second, third = outcomes([b"a\nb", b"raise", b"c" * 100], limits=Limits(result_bytes=50), jobs=0)

    assert (first.result, first.attempts) == (b"a,b", 1)
    assert second.refused.startswith("failed with ValueError")
    assert third.refused == "its result has 100 bytes, past the limit of 50"


def test_a_closed_pool_has_no_children():
    pool = Pool(reading, jobs=1)
    pool.close()
    pool.close()

    assert [one.result for one in pool.map([Request(data=b"a")])] == [b"a"]
    assert cores() >= 1


def test_one_small_artifact_costs_little():
    """A child costs tens of milliseconds of CPU time (the best of three), whatever else the machine does."""
    assert min(one.cpu_s for one in outcomes([b"a"] * 3)) < 0.1


def test_what_can_be_kept_is_plain():
    assert storable("facts", "0123abcd:python/3", b"x")
    assert not storable("facts", "two words", b"x")
    assert not storable("facts", "", b"x")
    assert not storable("../facts", "key", b"x")
    assert isinstance(NOTES.decode(frame(Failed(reason="x"))[4:]), Failed)
