"""Addresses found in samples, made safe to publish: defanged, and without the tokens that open someone's door."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.capabilities.urls import is_service, url
from pratique.dataset.shapes import Indicator
from pratique.known import indicators as known

_FANGS = (("[.]", "."), ("(.)", "."), ("[:]", ":"), ("[://]", "://"), ("hxxp", "http"), ("hXXp", "http"))
_SECRET = re.compile(r"[A-Za-z0-9_:+=~-]{16,}")
_UNSAFE = re.compile(r"[^\x20-\x7e]")
TOKEN = "<token>"  # noqa: S105  what stands for one
LONGEST = 200
_LOT = 8
"""Digits of a number that nobody else has by chance."""


def published(found: Iterable[known.Indicator]) -> tuple[Indicator, ...]:
    """Return indicators as labels hold them, in a stable order; equal ones keep equal digests."""
    made = {_published(one) for one in found}
    return tuple(sorted(made, key=lambda one: (one.kind, one.value, one.digest)))


def from_texts(texts: Iterable[str]) -> tuple[Indicator, ...]:
    """Return the indicators in what a source lists, defanged or not."""
    return published(one for text in texts for one in known.within(refang(text)))


def telling(one: known.Indicator) -> bool:
    """Tell whether two samples that share it share a hand: the bare host of a public service is everybody's."""
    if one.kind == "host":
        return not is_service(one.text.partition(":")[0])
    if one.kind != "page":
        return True
    _, *path = one.text.split("/")
    account = url("https://" + one.text) == "code-host" and len(path) > 1
    return account or any(_drawn(part) or (part.isdigit() and len(part) >= _LOT) for part in path)


def refang(text: str) -> str:
    """Undo the usual ways of making an address harmless."""
    for fang, plain in _FANGS:
        text = text.replace(fang, plain)
    return text


def defang(text: str) -> str:
    """Make every address in a text unusable as one: `hxxps://drop[.]example[.]invalid`."""
    shown = re.sub(r"\bhttp(s?)://", r"hxxp\1://", text, flags=re.IGNORECASE)
    return re.sub(r"(?<=[A-Za-z0-9_\]])\.(?=[A-Za-z0-9_])", "[.]", shown)


def _published(one: known.Indicator) -> Indicator:
    value = TOKEN if one.kind == "token" else one.text
    if one.kind == "page":
        host, *path = one.text.split("/")
        value = "/".join((host, *(TOKEN if _drawn(part) else part for part in path)))
    if one.kind in ("host", "address", "page"):
        host, slash, path_text = value.partition("/")
        value = host.replace(".", "[.]") + slash + path_text
    return Indicator(kind=one.kind, value=_UNSAFE.sub("?", value)[:LONGEST], digest=one.digest.hex())


def _drawn(part: str) -> bool:
    """Tell whether a part of a path looks drawn by lot: long, with digits and letters, no plain word."""
    return bool(_SECRET.fullmatch(part)) and any(map(str.isdigit, part)) and any(map(str.isalpha, part))
