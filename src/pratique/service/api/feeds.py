"""The feed of alarms, as a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import BaseModel

from pratique.store.verdicts import Summary


class Item(BaseModel):
    """One alarm."""

    id: str
    url: str
    title: str
    content_text: str
    date_published: str
    tags: list[str]


class Feed(BaseModel):
    """The feed."""

    version: str = "https://jsonfeed.org/version/1.1"
    title: str = "Pratique: releases that a human should look at"
    home_page_url: str
    feed_url: str
    items: list[Item]


def made(base: str, found: Iterable[Summary]) -> Feed:
    """Return the feed of these reviews; `base` is the service's own address."""
    root = base.rstrip("/")
    return Feed(home_page_url=root, feed_url=f"{root}/api/v1/feed.json", items=[_item(root, one) for one in found])


def _item(root: str, one: Summary) -> Item:
    return Item(
        id=f"{root}/api/v1/reviews/{one.id}",
        url=f"{root}/api/v1/reviews/{one.id}",
        title=f"{one.level}: {one.filename}",
        content_text=f"{one.purl} ({one.category}, score {one.score:.2f}), sha256 {one.sha256}",
        date_published=datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds"),
        tags=[one.level, one.category],
    )
