"""The HTTP client: polite, patient, bounded."""

from __future__ import annotations

import gzip
import hashlib
import socket
import subprocess
import sys
import threading
import time
from email.utils import formatdate

import pytest

from pratique import __version__
from pratique.errors import ConfigError, RegistryError
from pratique.http import BadStatus, Client, Network, TooLarge, Unreachable, bare, credentials, origin


class Memory:
    """A store in a dictionary."""

    def __init__(self):
        self.kept = {}

    def load(self, key):
        return self.kept.get(key)

    def save(self, key, answer):
        self.kept[key] = answer


@pytest.fixture
def slept():
    return []


@pytest.fixture
def client(slept):
    return Client(sleep=slept.append)


def test_page(loopback, reply, client):
    """A page comes back with its media type, and the request says who asks."""
    url = loopback.say("/p/", reply(body=b"hello", content_type="Text/HTML; charset=utf-8"))

    answer = client.get(url + "#fragment", accept="text/html")

    assert (answer.body, answer.content_type, answer.url) == (b"hello", "text/html", url)
    ((path, headers),) = loopback.asked
    assert path == "/p/"
    assert headers["user-agent"] == f"pratique/{__version__}"
    assert headers["accept"] == "text/html"


def test_compressed_page(loopback, reply, client):
    """A compressed page is read decoded, and the cap counts decoded bytes."""
    body = gzip.compress(b"a" * 100_000)
    url = loopback.say("/p/", reply(body=body, headers=(("Content-Encoding", "gzip"),)))

    assert client.get(url).body == b"a" * 100_000
    with pytest.raises(TooLarge):
        client.get(url, cap=50_000)


def test_broken_compression(loopback, reply, client, slept):
    """Bytes that do not decode are an error at once."""
    url = loopback.say("/p/", reply(body=b"not gzip", headers=(("Content-Encoding", "gzip"),)))

    with pytest.raises(RegistryError, match="cannot be read"):
        client.get(url)
    assert slept == []


def test_download_is_exact(loopback, reply, client):
    """A file is hashed as it is sent, although the server calls its own compression an encoding."""
    body = gzip.compress(b"a tar")
    url = loopback.say("/f", reply(body=body, headers=(("Content-Encoding", "gzip"),)))

    download = client.download(url, cap=1000)

    assert download.body == body
    assert download.sha256 == hashlib.sha256(body).hexdigest()
    assert loopback.asked[0][1]["accept-encoding"] == "identity"


@pytest.mark.parametrize("cap", [0, 1, 99_999])
def test_cap(loopback, reply, client, cap):
    """A body past the cap is given up, not retried."""
    url = loopback.say("/f", reply(body=b"x" * 100_000))

    with pytest.raises(TooLarge):
        client.download(url, cap=cap)
    assert len(loopback.asked) == 1
    assert len(client.download(url, cap=100_000).body) == 100_000


def test_conditional(loopback, reply, slept):
    """A known page is asked for with its ETag and date; 304 brings the stored one."""
    store = Memory()
    client = Client(store=store, sleep=slept.append)
    stamp = "Mon, 02 Mar 2026 10:00:00 GMT"
    first = reply(body=b"one", headers=(("ETag", '"v1"'), ("Last-Modified", stamp)))
    url = loopback.say("/p/", first, reply(status=304), reply(body=b"two"))

    bodies = [client.get(url, accept="a/b").body for _ in range(3)]

    assert bodies == [b"one", b"one", b"two"]
    assert "if-none-match" not in loopback.asked[0][1]
    assert loopback.asked[1][1]["if-none-match"] == '"v1"'
    assert loopback.asked[1][1]["if-modified-since"] == stamp
    assert list(store.kept) == [f"a/b {url}"]


def test_unasked_304(loopback, reply, client):
    """A 304 that nobody asked for is an empty page, not a crash."""
    assert client.get(loopback.say("/p/", reply(status=304))).body == b""


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_retried(loopback, reply, client, slept, status):
    """What may pass is tried again, more slowly each time."""
    url = loopback.say("/p/", reply(status=status), reply(status=status), reply(body=b"ok"))

    assert client.get(url).body == b"ok"
    assert slept == [0.5, 1.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 501])
def test_final(loopback, reply, client, slept, status):
    """What will not pass is asked once."""
    url = loopback.say("/p/", reply(status=status))

    with pytest.raises(BadStatus) as caught:
        client.get(url)
    assert (caught.value.status, len(loopback.asked), slept) == (status, 1, [])


def test_gives_up(loopback, reply, client, slept):
    """After the last try the status is the error."""
    with pytest.raises(BadStatus, match="answers 503") as caught:
        client.get(loopback.say("/p/", reply(status=503)))

    assert "later" in caught.value.hint
    assert slept == [0.5, 1.0, 2.0, 4.0]


def test_retry_after_seconds(loopback, reply, client, slept):
    """The server says how long to wait."""
    url = loopback.say("/p/", reply(status=429, headers=(("Retry-After", "7"),)), reply(body=b"ok"))

    assert client.get(url).body == b"ok"
    assert slept == [7.0]


def test_retry_after_date(loopback, reply, client, slept):
    """The server may say it as a date."""
    later = formatdate(time.time() + 30, usegmt=True)
    url = loopback.say("/p/", reply(status=503, headers=(("Retry-After", later),)), reply(body=b"ok"))

    client.get(url)

    assert len(slept) == 1
    assert 20 < slept[0] <= 30


@pytest.mark.parametrize("value", ["soon", "", "-5", "9" * 30, "Mon, 99 Foo"])
def test_retry_after_garbage(loopback, reply, client, slept, value):
    """A header that says nothing leaves the usual pause."""
    url = loopback.say("/p/", reply(status=429, headers=(("Retry-After", value),)), reply(body=b"ok"))

    client.get(url)

    assert slept == [0.5]


def test_retry_after_too_long(loopback, reply, client, slept):
    """Nobody waits an hour for a page."""
    with pytest.raises(RegistryError, match="asks to wait 3600 s"):
        client.get(loopback.say("/p/", reply(status=429, headers=(("Retry-After", "3600"),))))
    assert slept == []


def test_truncated(loopback, reply, client, slept):
    """A body that breaks off is asked for again from its start."""
    url = loopback.say("/f", reply(body=b"half", missing=4), reply(body=b"half+all"))

    assert client.download(url, cap=100).body == b"half+all"
    assert slept == [0.5]


def test_always_truncated(loopback, reply, client):
    """A body that always breaks off is no body."""
    with pytest.raises(Unreachable, match="broke off"):
        client.download(loopback.say("/f", reply(body=b"half", missing=4)), cap=100)


def test_redirect(loopback, reply, client):
    """A redirect is followed, relative ones too, and the answer says where it came from."""
    loopback.say("/b/", reply(body=b"there"))
    url = loopback.say("/a", reply(status=301, headers=(("Location", "b/#x"),)))

    answer = client.get(url)

    assert (answer.body, answer.url) == (b"there", f"{loopback.url}/b/")


@pytest.mark.parametrize("location", ["ftp://files.invalid/x", "file:///etc/passwd", "http://[broken", "javascript:1"])
def test_redirect_away(loopback, reply, client, location):
    """A redirect leads to the web or nowhere."""
    with pytest.raises(RegistryError):
        client.get(loopback.say("/a", reply(status=302, headers=(("Location", location),))))


def test_redirect_loop(loopback, reply, client):
    """Redirects end."""
    with pytest.raises(RegistryError, match="more than 8 redirects"):
        client.get(loopback.say("/a", reply(status=302, headers=(("Location", "/a"),))))
    assert len(loopback.asked) == 8


def test_credentials(loopback, reply, slept):
    """Credentials go to their own origin, and to no other host that it redirects to."""
    network = Network(credentials=((loopback.url, "user:s3cret"),))
    client = Client(network, sleep=slept.append)
    elsewhere = loopback.url.replace("127.0.0.1", "localhost")
    loopback.say("/b", reply(body=b"ok"))
    url = loopback.say("/a", reply(status=302, headers=(("Location", f"{elsewhere}/b"),)))

    client.get(url)

    assert [headers.get("authorization") for _, headers in loopback.asked] == ["Basic dXNlcjpzM2NyZXQ=", None]
    assert "s3cret" not in repr(network)


def test_credentials_are_not_shown(loopback, reply, client):
    """Credentials of an address are used and never said."""
    url = loopback.say("/a", reply(status=403)).replace("http://", "http://user:s3cret@")

    with pytest.raises(BadStatus) as caught:
        client.get(url)

    assert loopback.asked[0][1]["authorization"] == "Basic dXNlcjpzM2NyZXQ="
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


def test_addresses():
    """The parts of an address."""
    url = "HTTPS://us%40er:p%3Aw@Index.Invalid:8443/simple/?q=1#f"

    assert bare(url) == "https://Index.Invalid:8443/simple/?q=1"
    assert origin(url) == "https://index.invalid:8443"
    assert credentials(url) == "us@er:p:w"
    assert credentials("https://index.invalid/") == ""


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_offline(client, slept):
    """A host that cannot be reached is an error soon, with what to check."""
    with pytest.raises(Unreachable, match="cannot reach") as caught:
        client.get(f"http://127.0.0.1:{_free_port()}/p/")

    assert slept == [0.5, 1.0]
    assert "network" in caught.value.hint


def test_proxy(loopback, reply, slept):
    """A configured proxy is asked, with its credentials."""
    loopback.say("http://index.invalid/p/", reply(body=b"by proxy"))
    client = Client(Network(proxy=loopback.url.replace("http://", "user:pw@")), sleep=slept.append)

    assert client.get("http://index.invalid/p/").body == b"by proxy"
    assert loopback.asked[0][1]["proxy-authorization"] == "Basic dXNlcjpwdw=="


def test_proxy_of_the_environment(loopback, reply, client, monkeypatch):
    """The environment's proxy is used, except where it says not to."""
    monkeypatch.setenv("HTTP_PROXY", loopback.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    loopback.say("http://index.invalid/p/", reply(body=b"by proxy"))
    direct = loopback.say("/p/", reply(body=b"direct"))

    assert [client.get("http://index.invalid/p/").body, client.get(direct).body] == [b"by proxy", b"direct"]


def test_dead_proxy(slept):
    """A proxy that is not there is named as the trouble."""
    client = Client(Network(proxy=f"http://127.0.0.1:{_free_port()}"), sleep=slept.append)

    with pytest.raises(Unreachable):
        client.get("http://index.invalid/p/")
    assert len(slept) == 2


def test_odd_proxy(slept):
    """A proxy of a kind that is not supported is a matter of configuration."""
    client = Client(Network(proxy="socks5://127.0.0.1:1"), sleep=slept.append)

    with pytest.raises(ConfigError, match="not a proxy"):
        client.get("http://index.invalid/p/")


def test_missing_bundle(slept, tmp_path):
    """A CA bundle that is configured but absent is said so, before anything is sent."""
    client = Client(Network(ca_bundle=str(tmp_path / "none.pem")), sleep=slept.append)

    with pytest.raises(ConfigError, match=r"none\.pem does not exist"):
        client.get("https://index.invalid/p/")


def test_not_tls(loopback, client):
    """A server that does not speak TLS is an error with a hint, not a traceback."""
    with pytest.raises(RegistryError):
        client.get(loopback.url.replace("http://", "https://"))


@pytest.mark.parametrize("url", ["ftp://index.invalid/", "file:///etc/passwd", "/etc/passwd", "https:///x"])
def test_only_the_web(client, url):
    """Nothing but http and https is ever opened."""
    with pytest.raises(RegistryError, match="not an http or https address"):
        client.get(url)


def test_per_host_limit(loopback, reply):
    """No more connections are open to a host than allowed, however many threads ask."""
    client = Client(Network(per_host=2))
    url = loopback.say("/p/", reply(body=b"x" * 1000))
    bodies = []
    threads = [threading.Thread(target=lambda: bodies.append(client.get(url).body)) for _ in range(12)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert bodies == [b"x" * 1000] * 12
    (manager,) = client._managers.values()
    pool = manager.connection_from_url(url)
    assert pool.num_connections <= 2


def test_connections_come_back(loopback, reply, slept):
    """Failures of every kind leave the pool able to serve: none keeps its connection."""
    client = Client(Network(per_host=1, retries=0), sleep=slept.append)
    loopback.say("/ok", reply(body=b"ok"))
    for path, answer in (
        ("/404", reply(status=404, body=b"z" * 200_000)),
        ("/503", reply(status=503, body=b"z" * 200_000)),
        ("/cut", reply(body=b"half", missing=9)),
        ("/big", reply(body=b"x" * 300_000)),
    ):
        with pytest.raises((RegistryError, TooLarge)):
            client.get(loopback.say(path, answer), cap=1000)
    loopback.say("/302", reply(status=302, body=b"z" * 200_000, headers=(("Location", "/ok"),)))

    assert client.get(f"{loopback.url}/302").body == b"ok"


def test_import_is_light():
    """Importing the client does not import urllib3."""
    code = "import sys, pratique.http; print('urllib3' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
