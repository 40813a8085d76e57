"""What a child may not do, tried in a child: no network, no programs, no files, no way back."""

from __future__ import annotations

import _socket
import errno
import os
import signal
import threading
from pathlib import Path

import msgspec
import pytest

from pratique.cache import Cache, Kept, Overlay, Reader
from pratique.pool import Pool, Request, report, supported

pytestmark = pytest.mark.skipif(not supported(), reason="no children on this platform")


def outcomes(data, work, **more):
    with Pool(work, jobs=2, **more) as pool:
        return list(pool.map(Request(data=one) for one in data))


def attempts_of(acts):
    """Return the error names of acts that a child tries."""

    def work(job, speaker):
        return msgspec.json.encode([tried(act) for act in acts])

    (first,) = outcomes([b""], work)
    assert first.refused == ""
    return msgspec.json.decode(first.result), first


def tried(act):
    try:
        return f"did it: {act()!r}"
    except OSError as error:
        return errno.errorcode[error.errno]
    except ValueError as error:
        return str(error)


def achieved(name):
    return {one.name: one.ok for one in report()}.get(name, False)


needs_seccomp = pytest.mark.skipif("not achieved('seccomp')", reason="this kernel gives no seccomp filter")
needs_landlock = pytest.mark.skipif("not achieved('landlock')", reason="this kernel has no Landlock")


@needs_seccomp
def test_a_child_has_no_network_and_starts_nothing():
    parent = os.getpid()
    found, _ = attempts_of(
        [
            lambda: _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM),
            lambda: _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM),
            _socket.socketpair,
            os.fork,
            lambda: os.execv("/bin/true", ["/bin/true"]),
            lambda: os.posix_spawn("/bin/true", ["/bin/true"], {}),
            lambda: os.kill(parent, 0),
            lambda: os.kill(0, 0),
            lambda: os.kill(os.getpid(), 0),
            lambda: os.memfd_create("x"),
        ]
    )

    assert found == ["EPERM"] * 8 + ["did it: None", "EPERM"]


@needs_seccomp
def test_a_child_cannot_raise_its_own_limits():
    import resource

    (found, _) = attempts_of(
        [
            lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10)),
            lambda: resource.getrlimit(resource.RLIMIT_NOFILE),
            lambda: resource.getrlimit(resource.RLIMIT_FSIZE),
            lambda: resource.getrlimit(resource.RLIMIT_CORE),
        ]
    )
    changed, *asked = found

    assert changed == "not allowed to raise maximum limit"  # Python's words for EPERM
    assert asked == ["did it: (64, 64)", "did it: (0, 0)", "did it: (0, 0)"]


@needs_seccomp
def test_a_child_still_has_threads():
    def work(job, speaker):
        said = []
        thread = threading.Thread(target=said.append, args=("hello",))
        thread.start()
        thread.join()
        return said[0].encode()

    (first,) = outcomes([b""], work)

    assert first.result == b"hello"


def test_a_child_writes_nothing_anywhere(tmp_path):
    mine = tmp_path / "mine"
    mine.write_bytes(b"before")
    handle = mine.open("r+b", buffering=0)
    kept = os.dup(handle.fileno())
    found, _ = attempts_of(
        [
            lambda: (tmp_path / "new").write_bytes(b"x"),
            lambda: mine.write_bytes(b"x"),
            lambda: os.write(kept, b"x"),
            mine.unlink,
            lambda: mine.rename(tmp_path / "other"),
            lambda: mine.chmod(0o777),
            (tmp_path / "folder").mkdir,
            lambda: (tmp_path / "link").symlink_to("a"),
        ]
    )
    os.close(kept)
    handle.close()

    assert "did it" not in " ".join(found)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"mine": b"before"}


@needs_landlock
def test_a_child_reads_only_what_belongs_to_python(tmp_path):
    (tmp_path / "secret").write_bytes(b"hello")
    found, _ = attempts_of(
        [
            (tmp_path / "secret").read_bytes,
            lambda: list(tmp_path.iterdir()),
            lambda: Path("/etc/passwd").read_bytes(),
            lambda: len(Path(os.__file__).read_bytes()) > 100,
        ]
    )

    assert found == ["EACCES", "EACCES", "EACCES", "did it: True"]


def test_a_child_inherits_nothing_but_its_pipe():
    """Descriptors, terminal and signal handlers of the parent are gone; what it prints goes nowhere."""

    def prepare():
        opened = sorted(int(one.name) for one in Path("/proc/self/fd").iterdir())
        seen.append((opened, [one.resolve().name for one in map(Path, ("/proc/self/fd/0", "/proc/self/fd/1"))]))

    def work(job, speaker):
        os.write(1, b"hello")
        return msgspec.json.encode([*seen[0], os.getsid(0) != os.getpid(), signal.getsignal(signal.SIGTERM) == 0])

    seen = []
    (first,) = outcomes([b""], work, prepare=prepare)
    assert first.refused == ""
    opened, standard, other_session, default = msgspec.json.decode(first.result)

    assert len(opened) == 5  # three standard ones, the pipe, and the listing itself
    assert (standard, other_session, default) == (["null", "null"], True, True)
    assert seen == []


def test_the_report_says_what_holds():
    found = report()

    assert found[0].name == "children"
    assert {one.name for one in found} >= {"memory", "CPU time", "landlock", "seccomp", "cannot open a socket"}
    assert all(one.detail for one in found)


def test_a_child_reads_the_cache_and_its_parent_writes_it(tmp_path):
    """The database is opened before the rights are gone; what is new comes up and is there for the next child."""
    path = tmp_path / "cache" / "facts.sqlite"
    readers = []

    def work(job, speaker):
        overlay = Overlay(readers[0], speaker.store)
        known = overlay.get("facts", "key")
        if known is None:
            overlay.put("facts", "key", b"worked out from " + job.data)
        overlay.finish()
        return known or b"nothing"

    results = []
    with Cache(path) as cache:
        for data in (b"one", b"two"):
            (outcome,) = outcomes([data], work, prepare=lambda: readers.append(Reader(path)))
            cache.put_packed(Kept(kind=one.kind, key=one.key, packed=one.value) for one in outcome.stores)
            cache.flush()
            results.append(outcome.result)

    assert results == [b"nothing", b"worked out from one"]
