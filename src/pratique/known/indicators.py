"""Indicators that two samples of one hand share: hosts, addresses, pages of shared services, wallets, tokens.

They come from the texts of a file's facts. What a package declares about itself in `setup()` is none (links to
repositories are borrowed), nor is a host that everybody uses: services that serve many are indicators only with the
page or the account. Whoever builds an index strips those of mature benign code as well, and thereby of vendored
libraries.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b, sha256
from typing import Literal

import msgspec

from pratique.capabilities.urls import url as class_of
from pratique.known.texts import HOST, IP, URL
from pratique.known.tokens import DECLARED, SETUP
from pratique.model import HOLE, Facts, Node, Scope

Kind = Literal["host", "address", "page", "wallet", "token"]
SHARED = frozenset({"chat-webhook", "paste", "file-drop", "url-shortener", "code-host"})
"""Destination classes where the host says nothing and the page says it all."""
NOTHING = frozenset({"loopback", "metadata-service", "ip-echo", "resolver", "registry"})
"""Classes that no one owns: whoever contacts them shares nothing with others who do."""
NAMESPACES = frozenset({
    "w3.org", "purl.org", "xml.org", "xmlsoap.org", "openxmlformats.org", "schema.org", "opengis.net", "xmlns.com",
    "ns.adobe.com", "schemas.microsoft.com", "schemas.android.com", "relaxng.org", "docbook.org", "json-schema.org",
})  # fmt: skip
"""Hosts whose addresses name vocabularies of XML and JSON: nobody contacts them, and everybody writes them."""
COMMON = frozenset({
    "github.com", "gitlab.com", "bitbucket.org", "google.com", "googleapis.com", "youtube.com", "dropbox.com",
    "microsoft.com", "amazonaws.com", "cloudfront.net", "facebook.com", "twitter.com", "x.com", "linkedin.com",
    "t.me", "discord.com", "discordapp.com", "discord.gg", "telegram.org", "medium.com", "stackoverflow.com",
    "wikipedia.org", "readthedocs.io", "readthedocs.org", "python.org", "apache.org", "mozilla.org", "w3.org",
    "schema.org", "gnu.org", "opensource.org", "example.com", "example.org", "example.net", "localhost", "adobe.com",
    "jquery.com", "jsdelivr.net", "cloudflare.com", "cdnjs.com", "bing.com", "yahoo.com", "baidu.com", "qq.com",
    "slack.com", "archive.org", "gitee.com", "huggingface.co", "docker.com", "docker.io", "debian.org", "ubuntu.com",
    "gstatic.com", "openai.com", "shields.io",
})  # fmt: skip
"""Hosts that serve everybody, by general knowledge: with their subdomains they count only with the page."""
_WALLETS = (
    re.compile(r"(?<!\w)0x[0-9a-fA-F]{40}(?!\w)"),
    re.compile(r"(?<!\w)bc1[a-z0-9]{39,59}(?!\w)"),
    re.compile(r"(?<!\w)[48][1-9A-HJ-NP-Za-km-z]{94}(?!\w)"),
)
_BASE58 = re.compile(r"(?<!\w)[13LDTX][1-9A-HJ-NP-Za-km-z]{25,34}(?!\w)")
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_TOKENS = (
    re.compile(r"(?<!\w)\d{8,10}:[\w-]{35}(?![\w-])"),
    re.compile(r"(?<!\w)[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])"),
    re.compile(r"(?<!\w)(?:gh[pousr]_\w{36}|github_pat_\w{60,90}|xox[abprs]-[\w-]{20,90}|AKIA[A-Z0-9]{16})(?!\w)"),
)
_PAGE = 4
"""Segments of a path that name a page."""
_TEXT = 65_536
"""Characters of one text that are looked at."""
_MANY = 2_000
"""Indicators of one file at most."""


class Indicator(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One of them. `text` is the sample's own text: it stays in memory, indexes and exports hold `digest`."""

    kind: Kind
    text: str

    @property
    def digest(self) -> bytes:
        """Return 8 bytes over kind and text."""
        return blake2b(f"{self.kind}\0{self.text}".encode("utf-8", "replace"), digest_size=8).digest()


def indicators(facts: Facts, functions: Collection[str] | None = None) -> dict[Indicator, int]:
    """Return the indicators in a file's texts, each with the line of the first.

    `functions`: only in these, by qualified name, "" for the module's body; None: in all.
    """
    found: dict[Indicator, int] = {}
    for text, line in _texts(facts, functions):
        for one in within(text):
            found.setdefault(one, line)
            if len(found) >= _MANY:
                return found
    return found


def within(text: str) -> Iterator[Indicator]:
    """Yield the indicators in one text."""
    text = text[:_TEXT]
    if "://" in text:
        yield from (one for match in URL.finditer(text) if (one := _address(match[0])))
    elif "." in text and " " not in text.strip() and (HOST.fullmatch(text.strip()) or IP.fullmatch(text.strip())):
        bare = _address(f"//{text.strip()}")
        if bare:
            yield bare
    if len(text) < 16:
        return
    for pattern in _WALLETS:
        yield from (Indicator(kind="wallet", text=match[0].lower()) for match in pattern.finditer(text))
    for match in _BASE58.finditer(text):
        if _checked(match[0]):
            yield Indicator(kind="wallet", text=match[0])
    for pattern in _TOKENS:
        yield from (Indicator(kind="token", text=match[0]) for match in pattern.finditer(text))


def _address(url: str) -> Indicator | None:
    """Return what is particular about a URL, if anything is."""
    rest = url.partition("//")[2].rstrip(".,;:)]}")
    place, _, path = rest.partition("/")
    host = place.rpartition("@")[2].lower().rstrip(".")
    bare = host.split(":", 1)[0]
    kind = class_of(url)
    if not bare or "." not in bare or HOLE in bare or kind in NOTHING or _below(bare, NAMESPACES):
        return None
    if bare.replace(".", "").isdigit():
        return Indicator(kind="address", text=bare) if kind == "raw-address" else None
    if kind in SHARED or _below(bare, COMMON):
        parts = [part for part in re.split(r"[?#]", path)[0].split("/") if part][:_PAGE]
        named = len(parts) >= 2 or (len(parts) == 1 and kind in ("paste", "url-shortener", "file-drop"))
        return Indicator(kind="page", text="/".join((bare, *parts))) if named and HOLE not in path else None
    return Indicator(kind="host", text=bare)


def _below(host: str, names: frozenset[str]) -> bool:
    """Tell whether a host is one of the names or a subdomain of one."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in names for at in range(len(labels)))


def _checked(text: str) -> bool:
    """Tell whether the check bytes of a base-58 address are right."""
    number = 0
    for letter in text:
        number = number * 58 + _ALPHABET.index(letter)
    data = number.to_bytes(25, "big") if number < 1 << 200 else b""
    return bool(data) and sha256(sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


def _texts(facts: Facts, functions: Collection[str] | None) -> Iterator[tuple[str, int]]:
    for scope in facts.scopes:
        if functions is not None and scope.name not in functions:
            continue
        declared = _declared(scope)
        for at, node in enumerate(scope.nodes):
            if node.known and at not in declared:
                text = _text(node)
                if len(text) > 5:
                    yield text, node.line


def _text(node: Node) -> str:
    if isinstance(node.value, str):
        return node.value
    return node.value[:_TEXT].decode("latin-1") if isinstance(node.value, bytes) else ""


def _declared(scope: Scope) -> set[int]:
    """Return the nodes that only say what a package is called."""
    found: set[int] = set()
    for at in range(len(scope.nodes) - 1, -1, -1):
        node = scope.nodes[at]
        if node.op == "call" and node.name in SETUP:
            found.update(arg.node for arg in node.args if arg.key in DECLARED)
        elif at in found:
            found.update(arg.node for arg in node.args)
    return found


def digests(found: Iterable[Indicator]) -> frozenset[bytes]:
    """Return what of indicators may be kept."""
    return frozenset(one.digest for one in found)
