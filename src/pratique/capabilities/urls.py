"""What a URL or host name is about. Total, bounded, and without any discount for documentation domains."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from pratique.capabilities.shapes import first
from pratique.model import HOLE

MAX_URL = 2_048
_SPLIT = re.compile(r"(?:([a-z][a-z0-9+.-]{0,31}):)?[/\\]{2}([^/\\?#\s]*)([^\s]*)")
_TELLING_SCHEMES = {"stratum+tcp": "mining-pool", "stratum+ssl": "mining-pool", "stratum": "mining-pool"}
_NO_HOST = frozenset({"file", "data", "about", "javascript", "mailto", "urn", "git+file"})
_METADATA = frozenset({
    "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.169.253", "100.100.100.200", "168.63.129.16",
    "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
})  # fmt: skip
"""Link-local and documented addresses of AWS (IMDS, ECS, EKS), Alibaba, Azure, Oracle and Google metadata services."""
_RESOLVERS = frozenset({
    "8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222", "208.67.220.220",
    "114.114.114.114", "223.5.5.5", "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111",
})  # fmt: skip
"""Public resolvers: programs connect a datagram socket to one to learn their own address."""
_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip
"""Never the documentation ranges (RFC 5737, RFC 3849): they count as public."""
_PORT = re.compile(r":(?:\d{1,5}|[{%$" + HOLE + r"][^:\]]*)?$")
_UNKNOWN = re.compile(r"[{}$%<>]|" + HOLE)
_POOL_PORT = re.compile(r"\bpool\b.*:(?:3333|4444|5555|7777|10128|14433|14444|45700)$")


def url(text: str, registries: frozenset[str] = frozenset()) -> str:
    """Return the destination class of a URL, host name or "host port" pair; "" for nothing special.

    `registries` holds the host names of package registries, which only the caller knows.
    """
    return _url(text[:MAX_URL], registries)


@lru_cache(maxsize=8_192)
def _url(text: str, registries: frozenset[str]) -> str:
    words = text.strip().lower().split(None, 1)
    if not words:
        return "loopback" if text else ""
    scheme, host, path = _parts(words[0])
    if scheme in _TELLING_SCHEMES:
        return _TELLING_SCHEMES[scheme]
    if scheme in _NO_HOST:
        return ""
    return _host_class(_bare_host(host), path, registries) or ("mining-pool" if _POOL_PORT.search(host) else "")


def _parts(word: str) -> tuple[str, str, str]:
    """Split into scheme, host with port, and path; a word without slashes in front is a host."""
    if found := _SPLIT.match(word):
        scheme, host, rest = found.groups()
        path = re.split(r"[?#]", rest.replace("\\", "/"), maxsplit=1)[0]
        return scheme or "", host, path
    scheme, colon, _ = word.partition(":")
    if colon and scheme in _NO_HOST:
        return scheme, "", ""
    host, slash, path = word.partition("/")
    return "", host, slash + path


def _bare_host(host: str) -> str:
    host = host.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 and not _UNKNOWN.search(host) else _PORT.sub("", host).rstrip(".")


def _host_class(host: str, path: str, registries: frozenset[str]) -> str:
    if not host:
        return first("url-path", path) or ("" if path else "loopback")
    address = _address(host)
    if address is not None:
        return _address_class(address)
    if _suffix_in(host, registries):
        return "registry"
    if kind := first("url-host-path", host + path):
        return kind
    known = _known(host)
    if known in {"", "free-hosting", "dynamic-dns", "tunnel"} and (kind := first("url-path", path)):
        return kind
    # A known tail decides even when the label in front of it is not known: HOLE.ngrok.io is a tunnel.
    return known or ("computed" if _UNKNOWN.search(host) else "")


def _suffix_in(host: str, hosts: frozenset[str]) -> bool:
    return any(host == one or host.endswith("." + one) for one in hosts)


def _known(host: str) -> str:
    table, labels = _hosts(), host.split(".")[-8:]
    for start in range(len(labels)):
        if found := table.get(".".join(labels[start:])):
            return found
    return ""


def is_service(host: str) -> bool:
    """Tell whether a host name itself, and not a name below it, is a well-known public service."""
    return host.lower() in _hosts()


@cache
def _hosts() -> dict[str, str]:
    data = tomllib.loads((files("pratique.capabilities") / "hosts.toml").read_text("utf-8"))
    return {host: kind for kind, hosts in data.items() for host in hosts}


def _address(host: str) -> str | None:
    """Return the canonical text of an IP literal in any notation that `inet_aton` or a browser reads."""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    parts = host.split(".")
    if len(parts) > 4 or not all(re.fullmatch(r"0x[0-9a-f]{1,8}|\d{1,11}", part) for part in parts):
        return None
    numbers = [_number(part) for part in parts]
    if len(numbers) == 1 and not (len(host) >= 8 and numbers[0] <= 0xFFFFFFFF):
        return None
    if len(numbers) in {2, 3} and not any(part.startswith("0x") for part in parts):
        return "127.0.0.1" if numbers[0] == 127 else None  # 1.2 and 1.2.3 are versions far more often
    value = 0
    for number in numbers[:-1]:
        if number > 255:
            return None
        value = value << 8 | number
    rest = 8 * (5 - len(numbers))
    return str(ipaddress.IPv4Address(value << rest | numbers[-1])) if numbers[-1] < 1 << rest else None


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part, 16)
    octal = len(part) > 1 and part.startswith("0") and re.fullmatch(r"[0-7]+", part)
    return int(part, 8) if octal else int(part)


def _address_class(address: str) -> str:
    if address in _METADATA:
        return "metadata-service"
    if address in _RESOLVERS:
        return "resolver"
    value = ipaddress.ip_address(address)
    mapped = getattr(value, "ipv4_mapped", None)
    if mapped is not None:
        return "metadata-service" if str(mapped) in _METADATA else _address_class(str(mapped))
    return (
        "loopback"
        if any(value in network for network in _PRIVATE if network.version == value.version)
        else "raw-address"
    )
