"""One polite HTTP client: pooled, conditional, patient with a busy server, and bounded in every answer.

urllib3 is imported on the first request only, so that a local review never pays for it.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import msgspec

from pratique import __version__
from pratique.errors import ConfigError, PratiqueError, RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from urllib3 import BaseHTTPResponse, PoolManager

T = TypeVar("T")
USER_AGENT = f"pratique/{__version__}"
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that a later try may cure; every other 4xx is final."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_HOPS = 8
CONNECT_TRIES = 2
"""An unreachable host is asked this often only: a person who is offline should hear it at once."""
TIMEOUT = 30.0
CHUNK = 1 << 16
PAGE_CAP = 64 << 20
"""Bytes of a decoded page; the largest index pages are a tenth of it."""


class Unreachable(RegistryError):
    """No answer came: offline, refused, timed out, or cut off in the middle."""


class BadStatus(RegistryError):
    """The server answered, with an error status."""

    def __init__(self, message: str, *, status: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class TooLarge(PratiqueError):
    """A body is larger than the reader may spend."""

    hint = "raise the budget of compressed bytes to read it all the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How to reach servers. Secrets are kept out of `repr`."""

    ca_bundle: str = ""
    """PEM file or folder; "" asks the environment, then the system."""
    client_cert: str = ""
    proxy: str = field(default="", repr=False)
    """Overrides the proxies of the environment."""
    trusted_hosts: tuple[str, ...] = ()
    """`host` or `host:port` whose certificate is not checked."""
    credentials: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(origin such as `https://host:8443`, `user:password`): sent to that origin only."""
    timeout: float = TIMEOUT
    """Seconds without a byte."""
    retries: int = 4
    per_host: int = 8
    """Connections to one host at a time; further requests wait for one."""
    longest_wait: float = 120.0
    """Seconds; a server that asks for more (`Retry-After`) is not waited for."""
    contact: str = ""
    """Who runs this, for the `User-Agent`: an address of mail or of a page."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A complete, successful answer."""

    url: str
    """Where it came from after redirects, without credentials or fragment."""
    content_type: str
    """The media type in lower case, without parameters."""
    body: bytes
    etag: str = ""
    last_modified: str = ""


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes of a file as they were sent, with their digest."""

    url: str
    body: bytes
    sha256: str


class Store(Protocol):
    """Keeps answers between runs, so that an unchanged page is not sent again. Keys are opaque."""

    def load(self, key: str) -> Answer | None:
        """Return the answer kept under `key`, if any."""

    def save(self, key: str, answer: Answer) -> None:
        """Keep `answer` under `key`."""


class _Again(Exception):
    """One try failed; another may not."""

    def __init__(self, error: RegistryError, *, after: float | None = None, connected: bool = True) -> None:
        super().__init__(str(error))
        self.error, self.after, self.connected = error, after, connected


def bare(url: str) -> str:
    """Return `url` without credentials and fragment: the only form that is shown or kept."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def redacted(text: str) -> str:
    """Return `text` with the credentials of every address in it replaced by `***`."""
    return re.sub(r"(://)[^/@\s]*@", r"\1***@", text)


def origin(url: str) -> str:
    """Return scheme, host and port of `url` in lower case, without credentials."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


def credentials(url: str) -> str:
    """Return the `user:password` of `url`, unquoted, or ""."""
    return unquote(urlsplit(url).netloc.rpartition("@")[0])


class Client:
    """Fetches pages and files. Safe for use by many threads.

    `store` makes pages conditional (ETag, Last-Modified); `sleep` takes seconds and is replaced in tests; `before` is
    called with the address before every request, and may wait.
    """

    def __init__(
        self,
        network: Network | None = None,
        *,
        store: Store | None = None,
        sleep: Callable[[float], None] = time.sleep,
        before: Callable[[str], None] | None = None,
    ) -> None:
        self._network = network or Network()
        self._store = store
        self._sleep = sleep
        self._before = before
        self._managers: dict[tuple[str, bool], PoolManager] = {}
        self._lock = threading.Lock()

    def get(self, url: str, *, accept: str = "*/*", cap: int = PAGE_CAP) -> Answer:
        """Return the page at `url`, at most `cap` decoded bytes of it.

        Raises `BadStatus`, `Unreachable` or `RegistryError` for what the server did, `TooLarge` past `cap`.
        """
        key = f"{accept} {bare(url)}"
        known = self._store.load(key) if self._store else None
        headers = {"Accept": accept, "Accept-Encoding": "gzip, deflate", **_conditions(known)}

        def read(response: BaseHTTPResponse, place: str) -> Answer:
            if response.status == 304 and known:
                return known
            return Answer(
                url=place,
                content_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
                body=_body(response, cap, decode=True)[0],
                etag=response.headers.get("etag", ""),
                last_modified=response.headers.get("last-modified", ""),
            )

        answer = self._persist(url, headers, read)
        if self._store and answer is not known and (answer.etag or answer.last_modified):
            self._store.save(key, answer)
        return answer

    def download(self, url: str, *, cap: int) -> Download:
        """Return the file at `url` exactly as it is sent, at most `cap` bytes. Raises like `get`."""

        def read(response: BaseHTTPResponse, place: str) -> Download:
            body, sha256 = _body(response, cap, decode=False)
            return Download(url=place, body=body, sha256=sha256)

        return self._persist(url, {"Accept": "*/*", "Accept-Encoding": "identity"}, read)

    def post(self, url: str, body: bytes, *, content_type: str, cap: int = PAGE_CAP) -> Answer:
        """Return the answer to `body`, at most `cap` decoded bytes of it. It may be sent more than once.

        Raises like `get`.
        """
        headers = {"Content-Type": content_type, "Accept-Encoding": "gzip, deflate"}

        def read(response: BaseHTTPResponse, place: str) -> Answer:
            media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return Answer(url=place, content_type=media, body=_body(response, cap, decode=True)[0])

        return self._persist(url, headers, read, body)

    def _persist(
        self, url: str, headers: dict[str, str], read: Callable[[BaseHTTPResponse, str], T], body: bytes | None = None
    ) -> T:
        """Follow and read, again and again while there is hope."""
        tries = 0
        while True:
            try:
                return self._follow(url, headers, read, body)
            except _Again as again:
                tries += 1
                allowed = self._network.retries if again.connected else min(self._network.retries, CONNECT_TRIES)
                if tries > allowed:
                    raise again.error from again
                self._sleep(self._pause(again, tries))

    def _pause(self, again: _Again, tries: int) -> float:
        """Return the seconds to wait: what the server asks for, else doubling from a half."""
        if again.after is None:
            return min(0.5 * 2.0 ** (tries - 1), self._network.longest_wait)
        if again.after > self._network.longest_wait:
            raise RegistryError(f"{again.error.message}, and asks to wait {again.after:.0f} s", hint="try again later")
        return again.after

    def _follow(
        self, url: str, headers: dict[str, str], read: Callable[[BaseHTTPResponse, str], T], body: bytes | None
    ) -> T:
        """Send, follow redirects, judge the status, read the body."""
        for _ in range(MAX_HOPS):
            with self._sent(url, headers, body) as response:
                status, location = response.status, response.headers.get("location")
                if status in REDIRECTS and location and (body is None or status in {307, 308}):
                    response.read(CHUNK)  # lets the connection be used again; bounded, unlike drain_conn()
                    url = _redirected(url, location)
                    continue
                if status in RETRIED:
                    raise _Again(_refusal(url, status), after=_retry_after(response.headers.get("retry-after", "")))
                if status not in {200, 304}:
                    raise _refusal(url, status)
                return read(response, bare(url))
        raise RegistryError(f"{bare(url)} is behind more than {MAX_HOPS} redirects")

    @contextmanager
    def _sent(self, url: str, headers: dict[str, str], body: bytes | None) -> Iterator[BaseHTTPResponse]:
        """Yield the response to one request; its connection always goes back to the pool."""
        from urllib3.exceptions import (
            ConnectTimeoutError,
            DecodeError,
            HTTPError,
            LocationValueError,
            NewConnectionError,
            ProxyError,
            SSLError,
        )

        place = bare(url)
        response = None
        if self._before is not None:
            self._before(place)
        try:
            response = self._manager(url).request(
                "GET" if body is None else "POST",
                place,
                body=body,
                headers={"User-Agent": self._user_agent(), **headers, **self._authorization(url)},
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=self._network.timeout,
            )
            yield response
        except SSLError as error:
            hint = "if the server uses a certificate of its own, give pip its CA bundle: `pip config set global.cert`"
            raise RegistryError(f"no secure connection to {origin(place)}: {error}", hint=hint) from error
        except (DecodeError, LocationValueError) as error:
            raise RegistryError(f"{place} cannot be read: {error}") from error
        except (NewConnectionError, ConnectTimeoutError) as error:
            raise _Again(Unreachable(f"cannot reach {origin(place)}: {_brief(error)}"), connected=False) from error
        except ProxyError as error:
            message = f"cannot reach {origin(place)} through the proxy: {_brief(error.original_error)}"
            raise _Again(Unreachable(message), connected=False) from error
        except HTTPError as error:
            raise _Again(Unreachable(f"{place} broke off: {_brief(error)}")) from error
        finally:
            if response is not None:
                response.close()
                response.release_conn()  # a closed connection still holds its place in a blocking pool

    def _user_agent(self) -> str:
        contact = re.sub(r"[^\x21-\x7e]", "", self._network.contact)
        return f"{USER_AGENT} (+{contact})" if contact else USER_AGENT

    def _authorization(self, url: str) -> dict[str, str]:
        from urllib3.util import make_headers

        secret = credentials(url) or dict(self._network.credentials).get(origin(url), "")
        return make_headers(basic_auth=secret) if secret else {}

    def _manager(self, url: str) -> PoolManager:
        """Return the pool for the proxy and the certificate checks that `url` needs."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise RegistryError(f"{bare(url)} is not an http or https address")
        host = parts.netloc.rpartition("@")[2].lower()
        key = self._proxy(parts.scheme, host), not {host, parts.hostname} & set(self._network.trusted_hosts)
        with self._lock:
            if key not in self._managers:
                self._managers[key] = self._new_manager(*key)
            return self._managers[key]

    def _proxy(self, scheme: str, host: str) -> str:
        from urllib.request import getproxies, proxy_bypass

        if proxy_bypass(host):
            return ""
        proxies = getproxies()
        found = self._network.proxy or proxies.get(scheme) or proxies.get("all", "")
        return found if "://" in found or not found else f"http://{found}"

    def _new_manager(self, proxy: str, verified: bool) -> PoolManager:
        import urllib3
        from urllib3.exceptions import InsecureRequestWarning, ProxySchemeUnknown
        from urllib3.util import make_headers

        options: dict[str, Any] = {"num_pools": 64, "maxsize": self._network.per_host, "block": True}
        options |= {"cert_file": self._network.client_cert or None, **_roots(self._network.ca_bundle)}
        if not verified:
            urllib3.disable_warnings(InsecureRequestWarning)
            options |= {"cert_reqs": "CERT_NONE", "assert_hostname": False}
        if not proxy:
            return urllib3.PoolManager(**options)
        if secret := credentials(proxy):
            options["proxy_headers"] = make_headers(proxy_basic_auth=secret)
        try:
            return urllib3.ProxyManager(bare(proxy), **options)
        except ProxySchemeUnknown as error:
            hint = "use an http:// or https:// proxy"
            raise ConfigError(f"{bare(proxy)} is not a proxy that can be used", hint=hint) from error


def _body(response: BaseHTTPResponse, cap: int, *, decode: bool) -> tuple[bytes, str]:
    """Return the body and its sha256; raise `TooLarge` as soon as `cap` bytes are passed."""
    kept, digest, total = io.BytesIO(), hashlib.sha256(), 0
    for chunk in response.stream(CHUNK, decode_content=decode):
        total += len(chunk)
        if total > cap:
            raise TooLarge(f"the answer is larger than {cap:,} bytes")
        digest.update(chunk)
        kept.write(chunk)
    return kept.getvalue(), digest.hexdigest()  # getvalue shares BytesIO's buffer: no second copy


def _conditions(known: Answer | None) -> dict[str, str]:
    if known is None:
        return {}
    pairs = (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified))
    return {name: value for name, value in pairs if value}


def _redirected(url: str, location: str) -> str:
    """Return where a redirect leads; raise where it would leave https."""
    try:
        target = urljoin(bare(url), location)
        urlsplit(target)
    except ValueError as error:
        raise RegistryError(f"{bare(url)} redirects to an address that cannot be read") from error
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
        raise RegistryError(f"{bare(url)} redirects to {bare(target)}, which is not https")
    return target


def _refusal(url: str, status: int) -> BadStatus:
    hint = ""
    if status in {401, 403}:
        hint = "the index wants other credentials: put them into the index URL of your pip configuration"
    elif status in RETRIED:
        hint = "the index is busy or ill: try again later"
    return BadStatus(f"{bare(url)} answers {status}", status=status, hint=hint)


def _retry_after(value: str) -> float | None:
    """Return the seconds that a `Retry-After` header asks for (RFC 9110 10.2.3), None without a usable one."""
    from email.utils import parsedate_to_datetime

    if value.strip().isdigit() and len(value) < 10:
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _roots(bundle: str) -> dict[str, str]:
    """Return where trusted certificates are: configured, of the environment, the system's, or those pip brings."""
    import ssl

    found = bundle or os.environ.get("REQUESTS_CA_BUNDLE", "") or os.environ.get("CURL_CA_BUNDLE", "")
    if found:
        if not os.path.exists(found):  # noqa: PTH110 - a question, not a path that is used here
            raise ConfigError(f"the CA bundle {found} does not exist", hint="see `cert` in `pip config list`")
        return {"ca_cert_dir" if os.path.isdir(found) else "ca_certs": found}  # noqa: PTH112
    system = ssl.get_default_verify_paths()
    if system.cafile or (system.capath and any(os.scandir(system.capath))):
        return {}
    try:
        from pip._vendor import certifi
    except ImportError:  # pip without its own copies, as some distributions ship it
        return {}
    return {"ca_certs": certifi.where()}


def _brief(error: Exception) -> str:
    """Return the last clause of urllib3's message, without the objects it starts with."""
    return re.sub(r"^\w*Connection\w*\(.*?\): |Failed to establish a new connection: ", "", str(error))
