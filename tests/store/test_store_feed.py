"""Events, cursors, artifacts and jobs: written together, once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from pratique.store import StoreError, feed, open_store, queue
from pratique.store.tables import APPEND_ONLY, artifacts, events, jobs
from pratique.store.texts import clean


def count(connection, table):
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_an_upload_becomes_an_artifact_and_a_job_once(store, feed_of):
    """A journal that repeats itself, also within a batch and out of order, adds nothing."""
    upload, _ = feed_of
    batch = [upload(3, filename="b.whl"), upload(2), upload(2), upload(3, filename="b.whl")]
    with store.write() as connection:
        first = feed.take(connection, batch)
        again = feed.take(connection, batch)

        assert (first.fresh, first.jobs) == (2, 2)
        assert (again.fresh, again.jobs) == (0, 0)
        assert (count(connection, events), count(connection, artifacts), count(connection, jobs)) == (2, 2, 2)


def test_a_cursor_never_goes_back(store):
    with store.write() as connection:
        assert feed.cursor(connection, "pypi", "journal") is None
        for serial in (5, 9, 7):
            feed.move(connection, "pypi", "journal", serial)

        assert feed.cursor(connection, "pypi", "journal") == 9


def test_a_failed_batch_leaves_neither_artifact_nor_cursor(store, feed_of):
    upload, _ = feed_of
    with pytest.raises(RuntimeError), store.write() as connection:  # noqa: PT012  (what is undone is the block)
        feed.take(connection, [upload(2)])
        feed.move(connection, "pypi", "journal", 2)
        raise RuntimeError

    with store.read() as connection:
        assert count(connection, jobs) == 0
        assert feed.cursor(connection, "pypi", "journal") is None


def test_new_and_popular_projects_go_first(store, feed_of):
    """A project that began within a day, or is popular, has the first lane; an old one the second."""
    upload, event = feed_of
    batch = [
        event(1, "new-project", "young"), upload(2, "young"), upload(200_000, "young", "2.0"), upload(4, "famous"),
        upload(5, "other"),
    ]  # fmt: skip
    with store.write() as connection:
        feed.take(connection, batch, popular=frozenset({"famous"}))
        rows = connection.execute(select(artifacts.c.filename, jobs.c.lane).join(artifacts)).all()

    assert dict(map(tuple, rows)) == {
        "young-1.0.tar.gz": queue.FIRST, "young-2.0.tar.gz": queue.LIVE, "famous-1.0.tar.gz": queue.FIRST,
        "other-1.0.tar.gz": queue.LIVE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "about", "states"),
    [
        ("remove-file", ("1.0", "a.whl"), ["removed", "", ""]),
        ("remove-release", ("1.0", ""), ["removed", "removed", ""]),
        ("quarantine-release", ("2.0", ""), ["", "", "quarantined"]),
        ("quarantine-project", ("", ""), ["quarantined"] * 3),
        ("yank", ("1.0", ""), ["yanked", "yanked", ""]),
    ],
)
def test_what_the_registry_does_is_written_to_its_files(store, feed_of, kind, about, states):
    upload, event = feed_of
    version, filename = about
    with store.write() as connection:
        feed.take(connection, [upload(1, filename="a.whl"), upload(2, filename="b.whl"), upload(3, version="2.0")])
        feed.take(connection, [event(4, kind, version=version, filename=filename)])
        rows = connection.execute(select(artifacts.c.state).order_by(artifacts.c.id)).scalars()

        assert list(rows) == states


def test_a_late_event_does_not_undo_a_newer_one(store, feed_of):
    upload, event = feed_of
    with store.write() as connection:
        feed.take(connection, [upload(1), event(5, "clear-project")])
        feed.take(connection, [event(3, "quarantine-project")])

        assert connection.execute(select(artifacts.c.state)).scalar_one() == ""


def test_what_is_append_only_stays(store, feed_of, a_review):
    """Neither a program nor a person with a prompt changes what was written."""
    from pratique.store import shadow, tables, tokens, verdicts
    from pratique.store.decisions import Decision, decide

    upload, _ = feed_of
    with store.write() as connection:
        feed.take(connection, [upload(1)])
        (number,) = verdicts.record(connection, [verdicts.New(1, a_review, "c", 0)])
        decide(connection, Decision(purl="pkg:pypi/acme@1.0", outcome="watch", who="a", at=1.0))
        shadow.close_day(connection, "2026-11-22", b"{}")
        shadow.set_aside(connection, "2026-11-22", [number])
        tokens.note(connection, "a", "b", "c")
    for found in (getattr(tables, name) for name in APPEND_ONLY):
        column = list(found.c)[-1]
        for statement in (found.delete(), found.update().values({column.name: column})):
            with pytest.raises(DBAPIError, match=f"{found.name} is append-only"), store.write() as connection:
                connection.execute(statement)
        with store.read() as connection:
            assert count(connection, found) > 0


@given(st.text(max_size=700))
def test_any_text_can_be_kept(text):
    """What a registry says fits both databases, and two long texts stay two."""
    kept = clean(text)

    assert len(kept) <= 500
    assert "\0" not in kept
    kept.encode()
    assert clean(text + "x" * 600) != clean(text + "y" * 600)


def test_hostile_texts_are_kept(store, feed_of):
    upload, _ = feed_of
    with store.write() as connection:
        feed.take(connection, [upload(1, name="a\0b\ud800", filename="x" * 3000 + ".whl")])

        assert len(connection.execute(select(artifacts.c.filename)).scalar_one()) == 500


def test_a_store_opens_again_and_migrates_nothing(tmp_path):
    place = str(tmp_path / "a.sqlite")
    open_store(place).close()

    with open_store(place).read() as connection:
        assert count(connection, events) == 0


def test_the_layout_is_what_the_tables_say(store):
    """A table that changes without a migration fails here."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from pratique.store.tables import metadata

    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    from sqlalchemy import text

    from pratique.errors import ConfigError

    place = str(tmp_path / "a.sqlite")
    made = open_store(place)
    with made.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(ConfigError, match="9999"):
        open_store(place)


def test_a_database_that_is_not_there_is_said(tmp_path):
    with pytest.raises(StoreError, match="does not answer"):
        open_store("postgresql://nobody@127.0.0.1:1/none", str(tmp_path))


def test_a_writer_that_fails_is_undone(store, feed_of):
    upload, _ = feed_of
    with store.write() as connection:
        feed.take(connection, [upload(1)])
    with pytest.raises(ZeroDivisionError), store.write() as connection:  # noqa: PT012  (what is undone is the block)
        connection.execute(update(jobs).values(state="done"))
        1 / 0  # noqa: B018
    with store.read() as connection:
        assert connection.execute(select(jobs.c.state)).scalar_one() == "pending"
