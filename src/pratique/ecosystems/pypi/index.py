"""The package index: pages of projects and the bytes of files, over the Simple API."""

from __future__ import annotations

import logging
from urllib.parse import quote

from pratique.ecosystems.pypi import simple_html, simple_json
from pratique.ecosystems.pypi.config import Registry
from pratique.ecosystems.pypi.page import Listed, Page
from pratique.errors import HashMismatch, RegistryError, TargetNotFound
from pratique.http import BadStatus, Client, TooLarge
from pratique.model import Artifact, Budget

log = logging.getLogger(__name__)

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"
ACCEPT = f"{JSON}, {HTML};q=0.2, text/html;q=0.1"
ABSENT = frozenset({404, 410})


class Index:
    """The indexes of one registry configuration, read as pip reads them: the files of all of them count."""

    def __init__(self, registry: Registry, client: Client | None = None) -> None:
        self._bases = registry.bases
        self._client = client or Client(registry.network)

    def page(self, project: str) -> Page:
        """Return what the indexes say about the project with this canonical name.

        Raises `TargetNotFound` where none has it, `RegistryError` where one cannot be asked or understood.
        """
        pages = [page for base in self._bases if (page := self._ask(base, project))]
        if not pages:
            hint = "check the spelling; `pip config list` shows which index is asked"
            raise TargetNotFound(f"there is no project {project} on the index", hint=hint)
        return _merged(pages)

    def fetch(self, artifact: Artifact, budget: Budget) -> bytes:
        """Return the bytes of `artifact`, whose size and sha256 are those that the index announced.

        Raises `HashMismatch`, `RegistryError` (also where the index gives no sha256), `TooLarge`.
        """
        name = artifact.filename
        if not artifact.url:
            raise RegistryError(f"the index gives no address for {name} that can be fetched")
        if not artifact.sha256:
            hint = "get the file by other means, check it, and review it by its path"
            raise RegistryError(f"the index gives no sha256 for {name}, so it cannot be checked", hint=hint)
        if artifact.size > budget.compressed:
            raise TooLarge(f"{name} has {artifact.size:,} bytes; the budget is {budget.compressed:,}")
        try:
            # A byte more than announced is enough to know that the file is another one.
            download = self._client.download(artifact.url, cap=artifact.size or budget.compressed)
        except TooLarge as error:
            if artifact.size:
                raise HashMismatch(f"{name} is larger than the {artifact.size:,} bytes that the index says") from error
            raise TooLarge(f"{name} is larger than the budget of {budget.compressed:,} bytes") from error
        if artifact.size and len(download.body) != artifact.size:
            raise HashMismatch(f"{name} has {len(download.body):,} bytes where the index says {artifact.size:,}")
        if download.sha256 != artifact.sha256:
            raise HashMismatch(f"{name} has the sha256 {download.sha256} where the index says {artifact.sha256}")
        return download.body

    def feeds(self) -> tuple[Client, str]:
        """Return the client and the address of the first index's Simple API: where its journal stands beside."""
        return self._client, self._bases[0]

    def beside(self) -> tuple[Client, str]:
        """Return the client and the address that an index's other interfaces stand under; "" where it is not known."""
        base = self._bases[0]
        return self._client, base.removesuffix("/simple") if base.endswith("/simple") else ""

    def _ask(self, base: str, project: str) -> Page | None:
        """Return the project's page on one index; None where it has no such project."""
        try:
            answer = self._client.get(f"{base}/{quote(project, safe='')}/", accept=ACCEPT)
        except BadStatus as error:
            if error.status in ABSENT:
                return None
            raise
        if answer.content_type in {JSON, "application/json"}:
            return simple_json.parse(answer.body, answer.url)
        if answer.content_type in {HTML, "text/html", "application/xhtml+xml"}:
            return simple_html.parse(answer.body, answer.url)
        hint = "is the index URL of your pip configuration right? It usually ends in /simple"
        raise RegistryError(f"{answer.url} answers with {answer.content_type or 'no content type'}", hint=hint)


def _merged(pages: list[Page]) -> Page:
    """Return one page for several: a file listed twice counts once, the same name with other bytes twice."""
    files: dict[tuple[str, str], Listed] = {}
    for page in pages:
        for file in page.files:
            files.setdefault((file.filename, file.sha256), file)
    first = next((page for page in pages if page.status != "active"), pages[0])
    return Page(
        files=tuple(files.values()),
        versions=tuple(dict.fromkeys(version for page in pages for version in page.versions)),
        status=first.status,
        reason=first.reason,
        elsewhere=tuple(dict.fromkeys(place for page in pages for place in page.elsewhere)),
        serial=pages[0].serial,
    )
