"""Requirements: what a build installs first, and any that name an address instead of a project on the index."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import dig, table, texts_of, words_of
from pratique.ecosystems.pypi.entries.project import Project
from pratique.model import Entry, File, Problem

PROBLEMS = (
    ("direct-url-dependency", "odd", "A dependency is an address instead of a project on the index."),
    ("direct-url-build-requirement", "odd", "The build installs something from an address, not from the index."),
    ("setup-requires", "info", "setup.py installs its own build requirements, outside of pip."),
)  # fmt: skip
_DIRECT = re.compile(
    r"@\s*[a-z][a-z0-9+.-]*:|^\s*(?:[a-z]+\+)?[a-z][a-z0-9+.-]*://|^\s*(?:git|hg|svn|bzr)\+|^\s*\.{0,2}/", re.IGNORECASE
)


def is_direct(requirement: str) -> bool:
    """Whether a requirement names an address or a path (`x @ https://…`, `git+ssh://…`)."""
    return bool(_DIRECT.search(requirement))


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the problems of build and run-time requirements declared in a source tree."""
    code = "direct-url-build-requirement"
    if file := project.pyproject_file:
        yield from _direct(code, texts_of(dig(project.pyproject, "build-system", "requires")), file)
        yield from _direct("direct-url-dependency", _declared(project), file)
    if file := project.setup_cfg_file:
        options = project.setup_cfg.get("options", {})
        yield from _direct(code, words_of(options.get("setup_requires", "")), file)
        yield from _direct("direct-url-dependency", tuple(options.get("install_requires", "").splitlines()), file)
    for file in project.view.having(project.setup.segments) if project.setup else ():
        required = project.setup.strings("setup_requires") if project.setup else ()
        yield from _direct(code, required, file)
        if required:
            detail = ", ".join(required)[:300]
            yield Problem(code="setup-requires", severity="info", segments=file.segments, detail=detail)
        yield from _direct(
            "direct-url-dependency", project.setup.strings("install_requires") if project.setup else (), file
        )


def _declared(project: Project) -> tuple[str, ...]:
    declared = dig(project.pyproject, "project")
    extras = table(dig(declared, "optional-dependencies")).values()
    poetry = table(dig(project.pyproject, "tool", "poetry", "dependencies")).items()
    addresses = ((name, dig(value, key)) for name, value in poetry for key in ("git", "url", "path"))
    return (
        *texts_of(dig(declared, "dependencies")),
        *(text for extra in extras for text in texts_of(extra)),
        *(
            f"{name} @ file:{value}" if "://" not in str(value) else f"{name} @ {value}"
            for name, value in addresses
            if value
        ),
    )


def _direct(code: str, requirements: tuple[str, ...], file: File) -> Iterator[Problem]:
    for text in requirements:
        if is_direct(text):
            yield Problem(code=code, severity="odd", segments=file.segments, detail=text.strip()[:300])
