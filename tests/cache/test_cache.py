"""The cache: what is kept comes back, what is damaged does not, and nothing that goes wrong raises."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique import cache as package
from pratique.cache import AnswerStore, Cache, Kept, Overlay, Reader, default_path, pack, place, unpack
from pratique.http import Answer

root_only = pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache" / "facts-v2.sqlite"


def test_what_is_kept_comes_back_in_a_later_run(path):
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")
        cache.put_many("facts", {"b": b"", "c": b"three" * 1000})
    with Cache(path) as cache:
        found = cache.get_many("facts", ("a", "b", "c", "d"))

    assert found == {"a": b"one", "b": b"", "c": b"three" * 1000}
    assert cache.status == "on"


def test_what_waits_to_be_written_is_found(path):
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")

        assert cache.get("facts", "a") == b"one"
        assert cache.get("review", "a") is None


def test_only_the_user_can_read_it(path):
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")
        cache.flush()
        modes = {name.name: name.stat().st_mode & 0o777 for name in path.parent.iterdir()}

    assert modes == {"facts-v2.sqlite": 0o600, "facts-v2.sqlite-shm": 0o600, "facts-v2.sqlite-wal": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_no_text_of_a_package_can_be_found_on_the_disk(path):
    """Nor of any length: what does not compress would stand there as it is."""
    texts = [b"inert-marker-", b"https://drop.example.invalid/stage", bytes(range(32, 127)) * 50]
    with Cache(path) as cache:
        for at, text in enumerate(texts):
            cache.put("facts", f"{at}", text)
            cache.put("review", f"{at}", text * 9)
        cache.flush()
        held = b"".join(name.read_bytes() for name in path.parent.iterdir())

    assert [text for text in texts if text[:12] in held] == []


def test_equal_values_do_not_look_equal():
    first, second = (pack("facts", name, b"the same text" * 9) for name in "ab")

    assert first[package.packing.SUM :] != second[package.packing.SUM :]
    assert pack("facts", "a", b"one text")[package.packing.SUM :] != pack("facts", "a", b"two text")[16:]


def test_a_cache_that_kept_texts_in_the_clear_is_removed(path):
    former = path.with_name("facts-v1.sqlite")
    former.parent.mkdir(mode=0o700)
    former.write_bytes(b"SQLite format 3\0 text")
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")

    assert not former.exists()


@given(st.binary(max_size=400), st.data())
def test_a_changed_byte_is_a_miss(value, data):
    packed = pack("facts", "key", value)
    at = data.draw(st.integers(0, len(packed) - 1))
    changed = packed[:at] + bytes([packed[at] ^ data.draw(st.integers(1, 255))]) + packed[at + 1 :]

    assert unpack("facts", "key", packed) == value
    assert unpack("facts", "key", changed) is None
    assert unpack("facts", "other", packed) is None
    assert unpack("review", "key", packed) is None
    assert unpack("facts", "key", packed[:at]) is None


def test_a_value_that_inflates_without_end_is_a_miss(monkeypatch):
    packed = pack("facts", "key", bytes(1 << 20))
    monkeypatch.setattr(package.packing, "LARGEST", 1 << 19)

    assert unpack("facts", "key", packed) is None


def test_a_damaged_value_on_disk_is_a_miss_and_the_others_are_not(path):
    with Cache(path) as cache:
        cache.put_many("facts", {"a": b"one", "b": b"two"})
    with sqlite3.connect(path) as database:
        database.execute("UPDATE kept SET packed = zeroblob(40) WHERE id = ?", (package.packing.row_id("facts", "a"),))
    database.close()
    with Cache(path) as cache:
        assert cache.get_many("facts", ("a", "b")) == {"b": b"two"}


def test_a_file_that_is_no_database_is_replaced_for_the_next_run(path):
    path.parent.mkdir(mode=0o700)
    path.write_bytes(b"not a database at all" * 1000)
    path.chmod(0o600)
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")

        assert cache.get("facts", "a") is None
        assert cache.status.endswith("file is not a database (removed; the next run begins anew)")
    with Cache(path) as cache:
        assert cache.status == "on"


def test_torn_pages_never_raise(path):
    with Cache(path) as cache:
        cache.put_many("facts", {str(number): os.urandom(3000) for number in range(200)})
    whole = path.read_bytes()
    for at in range(4096, len(whole), len(whole) // 20):
        path.write_bytes(whole[:at] + os.urandom(4096) + whole[at + 4096 :])
        path.chmod(0o600)
        before = {"7": None}
        with Cache(path) as cache:
            before["7"] = cache.get("facts", "7")
            cache.put("facts", "new", b"x" * 9000)
        reader = Reader(path)
        reader.get_many("facts", [str(number) for number in range(200)])
        reader.close()

        assert before["7"] is None or len(before["7"]) == 3000
        place.discard(path)


def test_another_layout_is_left_alone(path):
    with Cache(path):
        pass
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 7")
    database.close()
    with Cache(path) as cache:
        assert cache.status.endswith("has the layout 7 of another version")
    assert path.exists()


def test_a_database_without_our_table_turns_it_off(path):
    path.parent.mkdir(mode=0o700)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 1")
    database.close()
    path.chmod(0o600)
    with Cache(path) as cache:
        assert cache.get("facts", "a") is None
        assert cache.status.endswith("no such table: kept")


def test_a_folder_that_everybody_can_write_is_refused(path):
    path.parent.mkdir()
    path.parent.chmod(0o777)
    with Cache(path) as cache:
        assert cache.status == f"off: {path.parent} can be written by everybody"
    assert not path.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_of_someone_else_is_refused(path):
    path.parent.mkdir()
    os.chown(path.parent, 12345, 12345)
    with Cache(path) as cache:
        assert cache.status == f"off: {path.parent} belongs to someone else"


def test_a_link_in_place_of_the_file_is_refused(path, tmp_path):
    path.parent.mkdir(mode=0o700)
    path.symlink_to(tmp_path / "elsewhere")
    with Cache(path) as cache:
        assert cache.status == f"off: {path} is not a plain file"
    assert not (tmp_path / "elsewhere").exists()


@root_only
def test_a_folder_that_cannot_be_written_turns_it_off(tmp_path):
    (tmp_path / "no").mkdir(mode=0o500)
    with Cache(tmp_path / "no" / "facts.sqlite") as cache:
        cache.put("facts", "a", b"one")

        assert cache.get("facts", "a") is None
        assert "cannot be written" in cache.status


def test_a_place_below_a_file_turns_it_off(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with Cache(tmp_path / "file" / "facts.sqlite") as cache:
        cache.put("facts", "a", b"one")

        assert cache.get("facts", "a") is None
        assert cache.status.startswith("off: ")


def test_a_lock_held_by_another_run_turns_it_off_and_raises_nothing(path, monkeypatch):
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")
    monkeypatch.setattr(package.database, "WAIT", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Cache(path) as cache:
        assert cache.get("facts", "a") == b"one"  # readers never wait

        cache.put("facts", "b", b"two")
        cache.flush()
        assert cache.status == f"off: {path}: database is locked"
    other.rollback()
    other.close()


def test_without_a_path_there_is_no_cache():
    with Cache(None) as cache:
        cache.put("facts", "a", b"one")

        assert cache.get("facts", "a") is None
        assert cache.status == "off (PRATIQUE_CACHE)"


def test_the_size_is_bounded_and_the_oldest_go_first(path, monkeypatch):
    size = 2_000_000
    now = [100]
    for name in (package.database, package.reader):
        monkeypatch.setattr(name, "today", lambda: now[0])
    with Cache(path, size=size) as cache:
        for number in range(100):
            now[0] = 100 + number
            cache.put("facts", str(number), os.urandom(40_000))
            if number % 10 == 0:
                assert cache.get("facts", "0") is not None, number
                cache.flush()
    with Cache(path, size=size) as cache:
        kept = sorted(int(key) for key in cache.get_many("facts", [str(number) for number in range(100)]))
        taken = cache.describe().bytes

    assert taken <= size
    assert kept[0] == 0  # it was used again and again
    assert kept[1:] == list(range(kept[1], 100))
    assert len(kept) > 30
    assert path.stat().st_size < 2 * size


WRITER = """
import sys
from pathlib import Path
from pratique.cache import Cache

path, name = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
with Cache(path) as cache:
    for number in range(60):
        cache.put("facts", f"{name}-{number}", f"{name}{number}".encode() * 500)
        if number % 7 == 0:
            cache.flush()
        cache.get("facts", f"0-{number}")
    print(cache.status)
"""


def test_concurrent_runs_do_not_harm_each_other(path):
    """Four processes create and fill one cache at once: whatever is found afterwards is whole."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    runs = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(name)], **pipes) for name in range(4)]
    for one in runs:
        one.stdout.readline()
    for one in runs:
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate()[0] for one in runs]
    with Cache(path) as cache:
        names = [f"{name}-{number}" for name in range(4) for number in range(60)]
        found = cache.get_many("facts", names)

        assert said == ["on\n"] * 4
        assert all(value == key.replace("-", "").encode() * 500 for key, value in found.items())
        assert len(found) == 240
        assert cache.status == "on"
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_reader_holds_nothing_and_stands_what_is_written_meanwhile(path):
    """It has one descriptor, which cannot write; what it can no longer find is a miss, what it finds is right."""
    values = {f"old-{number}": os.urandom(3000) for number in range(200)}
    with Cache(path) as cache:
        cache.put_many("facts", values)
    reader = Reader(path)
    opened = {one.name: one.resolve() for one in Path("/proc/self/fd").iterdir()}
    (mine,) = (name for name, target in opened.items() if target.parent == path.parent)
    flags = next(line for line in Path(f"/proc/self/fdinfo/{mine}").read_text().splitlines() if "flags" in line)
    whole = reader.get_many("facts", values)
    with Cache(path) as cache:
        cache.put_many("facts", {str(number): os.urandom(3000) for number in range(300)})
    later = reader.get_many("facts", values)

    assert int(flags.split()[1], 8) & os.O_ACCMODE == os.O_RDONLY
    assert whole == values
    assert later.items() <= values.items()
    assert reader.status == "on"
    reader.close()


def test_a_reader_notes_what_it_used_once_a_day(path, monkeypatch):
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")
    first = Reader(path)
    first.get("facts", "a")
    monkeypatch.setattr(package.reader, "today", lambda: 3)
    second = Reader(path)
    second.get("facts", "a")

    assert list(first.used) == []
    assert list(second.used) == [("facts", "a")]
    first.close()
    second.close()


def test_a_reader_without_a_database_only_misses(path):
    reader = Reader(path)

    assert reader.get("facts", "a") is None
    assert reader.status.startswith("off: ")
    assert not path.parent.exists()


def test_an_overlay_reads_the_disk_and_sends_what_is_new(path):
    sent = []
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")
    reader = Reader(path)
    overlay = Overlay(reader, lambda *one: sent.append(one))
    overlay.put("facts", "b", b"two")
    overlay.finish()
    with Cache(path) as cache:
        assert (overlay.get("facts", "a"), overlay.get("facts", "b"), cache.get("facts", "b")) == (b"one", b"two", None)

        cache.put_packed(Kept(kind=kind, key=key, packed=packed) for kind, key, packed in sent)
        assert cache.get("facts", "b") == b"two"
    reader.close()


def test_answers_of_an_index_are_kept(path):
    answer = Answer(url="https://index.invalid/simple/a/", content_type="text/html", body=b"<a>", etag='"1"')
    with Cache(path) as cache:
        store = AnswerStore(cache)
        store.save("a key with spaces", answer)
    with Cache(path) as cache:
        store = AnswerStore(cache)

        assert store.load("a key with spaces") == answer
        assert store.load("another") is None
        cache.put("http", "odd", b"\x93\x01")
        assert store.load("odd") is None


def test_a_forked_process_leaves_the_connection_alone(path):
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")
        cache._process = -1

        assert cache.get("facts", "a") is None
        cache.put("facts", "b", b"two")
        cache._process = os.getpid()
        assert cache.get_many("facts", ("a", "b")) == {"a": b"one"}


def test_the_environment_says_where(monkeypatch, tmp_path):
    asked = {}
    for wanted in ("off", "0", str(tmp_path), str(tmp_path / "x.sqlite")):
        monkeypatch.setenv("PRATIQUE_CACHE", wanted)
        asked[wanted] = default_path()
    monkeypatch.delenv("PRATIQUE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    asked["xdg"] = default_path()
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    asked["home"] = default_path()

    assert asked == {
        "off": None,
        "0": None,
        str(tmp_path): tmp_path / "facts-v2.sqlite",
        str(tmp_path / "x.sqlite"): tmp_path / "x.sqlite",
        "xdg": tmp_path / "xdg" / "pratique" / "facts-v2.sqlite",
        "home": tmp_path / "home" / ".cache" / "pratique" / "facts-v2.sqlite",
    }


def test_without_a_home_the_cache_is_off(monkeypatch):
    def nowhere():
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", nowhere)
    with Cache.default() as cache:
        assert cache.status == "off: there is no home folder"


def test_it_says_how_much_it_holds(path):
    with Cache(path) as cache:
        cache.put("facts", "a", b"one")
        cache.flush()
        found = cache.describe()

    assert (found.path, found.on, found.status, found.values) == (str(path), True, "on", 1)
    assert 0 < found.bytes < 100_000
