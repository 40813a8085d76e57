"""Where the index is and how to reach it: what pip is configured to use, else pip's own default.

No index is named in this project: a person, a company or a machine has said to pip where packages come from, and
Pratique follows.
"""

from __future__ import annotations

import ast
import logging
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pratique.errors import ConfigError
from pratique.http import TIMEOUT, Network, bare, credentials, origin

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger(__name__)

SECTIONS = ("install", "global")
"""pip's sections that bear on installing, the stronger first; the environment (`:env:`) beats both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The indexes that pip would ask, and the network settings for them."""

    bases: tuple[str, ...]
    """Addresses of Simple API roots without credentials or trailing slash: the index, then further ones."""
    network: Network


def read() -> Registry:
    """Return the configured registry. Raises `ConfigError` when there is none that can be asked."""
    return interpret(_from_pip())


def interpret(settings: dict[str, str]) -> Registry:
    """Return the registry that pip's settings (`global.index-url`, `:env:.cert`, …) describe."""

    def value(*names: str) -> str:
        keys = [f"{section}.{name}" for section in (":env:", *SECTIONS) for name in names]
        return next((settings[key].strip() for key in keys if settings.get(key, "").strip()), "")

    if value("no-index").lower() in {"1", "true", "yes", "on", "t", "y"}:
        hint = "give paths of files instead of names, or remove `no-index`"
        raise ConfigError("the pip configuration forbids the use of an index (no-index)", hint=hint)
    index = value("index-url", "pypi-url") or _default_index()
    if not _on_network(index):
        hint = "only http and https indexes can be asked; give paths of files instead of names"
        raise ConfigError(f"the configured index is not on the network: {_shown(index)}", hint=hint)
    extra = value("extra-index-url").split()
    for url in extra:
        if not _on_network(url):
            log.debug("ignoring extra-index-url %s: only http and https indexes are asked", _shown(url))
    urls = [index, *filter(_on_network, extra)]
    network = Network(
        ca_bundle=value("cert"),
        client_cert=value("client-cert"),
        proxy=value("proxy"),
        trusted_hosts=tuple(host.lower() for host in value("trusted-host").split()),
        credentials=tuple((origin(url), credentials(url)) for url in urls if credentials(url)),
        timeout=_number(value("timeout", "default-timeout"), TIMEOUT),
    )
    return Registry(bases=tuple(dict.fromkeys(bare(url).rstrip("/") for url in urls)), network=network)


def _on_network(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _shown(url: str) -> str:
    """Return `url` for a message: without credentials, whatever it is."""
    try:
        return bare(url)
    except ValueError:
        return "an address that cannot be read"


def _number(text: str, default: float) -> float:
    try:
        return max(1.0, float(text)) if text else default
    except ValueError:
        return default


def _from_pip() -> dict[str, str]:
    """Return pip's merged settings, from its own reader, or where that has changed from `pip config list`."""
    try:
        from pip._internal.configuration import Configuration
        from pip._internal.exceptions import ConfigurationError
    except ImportError:
        return _from_command()
    try:
        configuration = Configuration(isolated=False)
        configuration.load()
        return _flat(configuration.items())
    except ConfigurationError as error:
        raise ConfigError(f"pip cannot read its configuration: {error}", hint="see `pip config debug`") from error
    except (AttributeError, TypeError) as error:
        log.debug("pip's configuration reader has changed (%s): asking `pip config list`", error)
        return _from_command()


def _flat(items: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Return one setting a key. Newer pips give (file, its settings), the weaker files first."""
    settings: dict[str, str] = {}
    for key, value in items:
        settings.update({key: str(value)} if not isinstance(value, dict) else {k: str(v) for k, v in value.items()})
    return settings


def _from_command() -> dict[str, str]:
    """Return what `pip config list` prints, as settings; none without a pip to ask."""
    pip = shutil.which("pip") or shutil.which("pip3")
    if pip is None:
        return {}
    try:
        done = subprocess.run([pip, "config", "list"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError("pip cannot be asked for its configuration", hint="try `pip config list`") from error
    return listed(done.stdout)


def listed(text: str) -> dict[str, str]:
    """Parse the lines of `pip config list`: `global.cert='/etc/…'`."""
    settings = {}
    for line in text.splitlines():
        key, equals, literal = line.partition("=")
        try:
            settings[key.strip()] = str(ast.literal_eval(literal.strip())) if equals else ""
        except (ValueError, SyntaxError):
            log.debug("a line of `pip config list` was not understood: %s", key)
    return settings


def _default_index() -> str:
    try:
        from pip._internal.models.index import PyPI

        return str(PyPI.simple_url)
    except (ImportError, AttributeError) as error:
        hint = "say which with `pip config set global.index-url` or PIP_INDEX_URL"
        raise ConfigError("no package index is configured and pip does not name its default", hint=hint) from error
