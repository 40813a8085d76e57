"""The HTML form of the Simple API (PEP 503 with 592, 629, 658, 714, 740 and 792), which many mirrors serve alone."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

from pratique.ecosystems.pypi.filenames import suffix_of
from pratique.ecosystems.pypi.page import Listed, Page, absolute, basename, check_version, sha256_of
from pratique.errors import RegistryError


class _Reader(HTMLParser):
    """Collects anchors and `pypi:` metadata; everything else on the page is decoration."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base = ""
        self.title = ""
        self.anchors: list[dict[str, str]] = []
        self.meta: dict[str, list[str]] = {}
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}  # the first of a repeated attribute counts
        if tag == "a" and "href" in given:
            self.anchors.append(given)
        elif tag == "base" and not self.base:
            self.base = given.get("href", "")
        elif tag == "meta" and given.get("name", "").startswith("pypi:"):
            self.meta.setdefault(given["name"].removeprefix("pypi:"), []).append(given.get("content", ""))
        self._in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's own signature
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


def parse(body: bytes, place: str) -> Page:
    """Return the page in `body`, which came from the address `place`. Raises `RegistryError` for any other page."""
    reader = _Reader()
    try:
        reader.feed(body.decode("utf-8", "replace"))
        reader.close()
    except AssertionError as error:  # html.parser says so where markup is beyond it
        raise RegistryError(f"{place} answers with HTML that cannot be read: {error}") from error
    check_version(reader.meta.get("repository-version", ["1.0"])[0], place)
    base = absolute(place, reader.base) or place
    files = tuple(listed for anchor in reader.anchors if (listed := _listed(anchor, base)))
    if not (files or reader.meta or reader.title.startswith("Links for ")):
        hint = "is the index URL of your pip configuration right? A sign-in page answers like this too"
        raise RegistryError(f"{place} answers with a page that is not of the Simple API", hint=hint)
    return Page(
        files=files,
        status=reader.meta.get("project-status", ["active"])[0],
        reason=reader.meta.get("project-status-reason", [""])[0],
        elsewhere=tuple(reader.meta.get("alternate-locations", ())),
    )


def _listed(anchor: dict[str, str], base: str) -> Listed | None:
    """Return the file that an anchor offers; None for navigation."""
    try:
        fragment = urlsplit(anchor["href"]).fragment
    except ValueError:
        fragment = anchor["href"].partition("#")[2]
    hash_name, equals, digest = fragment.partition("=")
    filename = basename(anchor["href"].partition("#")[0])
    if not filename or not (equals or suffix_of(filename)):
        return None
    metadata = anchor.get("data-core-metadata", anchor.get("data-dist-info-metadata", "false"))
    provenance = anchor.get("data-provenance", "")
    return Listed(
        filename=filename,
        url=absolute(base, anchor["href"]),
        sha256=sha256_of(digest) if hash_name == "sha256" else "",
        weaker=(hash_name,) if equals and hash_name != "sha256" else (),
        uploaded_at=anchor.get("data-upload-time", ""),
        yanked="data-yanked" in anchor,
        yanked_reason=anchor.get("data-yanked", ""),
        metadata_sha256=sha256_of(metadata.removeprefix("sha256=")),
        provenance_url=absolute(base, provenance) if provenance else "",
    )
