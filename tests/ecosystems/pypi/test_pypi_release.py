"""Names and versions become files, over a loopback index that speaks JSON or HTML."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest

from pratique.ecosystems.pypi import PyPI
from pratique.ecosystems.pypi.config import Registry
from pratique.errors import HashMismatch, NothingToReview, RegistryError, TargetNotFound
from pratique.http import BadStatus, Client, Network, TooLarge, Unreachable
from pratique.model import Artifact, Budget

JSON = "application/vnd.pypi.simple.v1+json"
BODY = b"the bytes of a file"
SHA = hashlib.sha256(BODY).hexdigest()


class Shop:
    """A loopback index and the registry that reads it."""

    def __init__(self, loopback, reply, form):
        self.loopback, self.reply, self.form, self.slept = loopback, reply, form, []
        self.pypi = self.opened(f"{loopback.url}/simple")

    def opened(self, *bases):
        client = Client(Network(), sleep=self.slept.append)
        return PyPI(client, Registry(bases=bases, network=Network()))

    def offer(self, name, *files, root="/simple", **more):
        """List files: names, or (name, fields of PEP 691 to change)."""
        listed = [self._file(*((file, {}) if isinstance(file, str) else file)) for file in files]
        body = json.dumps({"meta": {"api-version": "1.4"}, "name": name, "files": listed, **more}).encode()
        kind = JSON
        if self.form == "html":
            body, kind = self._html(listed, more), "text/html; charset=UTF-8"
        self.loopback.say(f"{root}/{name}/", self.reply(body=body, content_type=kind))

    def _file(self, filename, fields):
        path = f"/files/{filename}"
        self.loopback.replies.setdefault(path, [self.reply(body=BODY)])
        return {"filename": filename, "url": f"../..{path}", "hashes": {"sha256": SHA}, **fields}

    def _html(self, listed, more):
        status = more.get("project-status", {"status": "active"})
        head = f'<meta name="pypi:project-status" content="{status["status"]}">'
        head += f'<meta name="pypi:project-status-reason" content="{status.get("reason", "")}">'
        for file in listed:
            ((kind, digest),) = list(file["hashes"].items()) or [("", "")]
            fragment = f"#{kind}={digest}" if kind else ""
            yanked = "" if file.get("yanked", False) is False else f' data-yanked="{file["yanked"]}"'
            head += f'<a href="{file["url"]}{fragment}"{yanked}>{file["filename"]}</a>'
        return head.encode()

    def release(self, word, only=""):
        (target,) = self.pypi.parse([word], only)
        return self.pypi.release(target)

    def names(self, word, only=""):
        return [file.filename for file in self.release(word, only).artifacts]


@pytest.fixture(params=["json", "html"])
def shop(request, loopback, reply):
    return Shop(loopback, reply, request.param)


def test_newest(shop):
    """A bare name is the newest release, all its files, the sdist first."""
    shop.offer("acme", "acme-1.9.zip", "acme-1.10-py3-none-any.whl", "acme-1.10.tar.gz", "acme-2.0rc1.tar.gz")

    release = shop.release("Acme")

    assert release.package.purl == "pkg:pypi/acme@1.10"
    assert [(file.filename, file.kind) for file in release.artifacts] == [
        ("acme-1.10.tar.gz", "sdist"),
        ("acme-1.10-py3-none-any.whl", "wheel"),
    ]
    ((path, headers),) = shop.loopback.asked
    assert path == "/simple/acme/"
    assert headers["accept"].startswith(f"{JSON}, ")
    assert headers["accept"].endswith("text/html;q=0.1")


@pytest.mark.parametrize(
    ("files", "version"),
    [
        (("acme-1.0.zip", ("acme-2.0.zip", {"yanked": "broken"})), "1.0"),
        (("acme-1.0rc1.zip", "acme-1.0rc2.zip"), "1.0rc2"),
        ((("acme-1.0.zip", {"yanked": True}), "acme-0.9.dev1.zip"), "0.9.dev1"),
        ((("acme-1.0.zip", {"yanked": True}), ("acme-2.0.zip", {"yanked": True})), "2.0"),
        ((("acme-2.0.zip", {"yanked": True}), "acme-2.0.tar.gz"), "2.0"),
        (("acme-odd.zip", "acme-0.1.zip"), "0.1"),
        (("acme-odd.zip",), "odd"),
    ],
)
def test_newest_that_pip_would_take(shop, files, version):
    """Yanked releases and pre-releases are taken only where nothing else is left."""
    shop.offer("acme", *files)

    assert shop.release("acme").package.version == version


@pytest.mark.parametrize(
    ("word", "version"),
    [
        ("acme==1.0", "1.0"),
        ("acme==1.0.0", "1.0"),
        ("acme===2004d", "2004d"),
        ("acme>=1.0,<2", "1.5"),
        ("acme==1.*", "1.5"),
        ("acme>=3.0rc1", "3.0rc1"),
        ("acme~=2.0", "2.1"),
        ("acme==2.2", "2.2"),
    ],
)
def test_versions(shop, word, version):
    """A pin is that version, yanked or not; a range is the newest in it."""
    numbers = ("1.0", "1.5", "2.0", "2.1", "3.0rc1", "2004d")
    shop.offer("acme", *(f"acme-{number}.zip" for number in numbers), ("acme-2.2.zip", {"yanked": True}))

    release = shop.release(word)

    assert release.package.version == version
    assert [file.yanked for file in release.artifacts] == [version == "2.2"]


def test_nearest_versions(shop):
    """A version that is not there brings the ones around it."""
    shop.offer("acme", *(f"acme-1.{number}.zip" for number in range(20) if number != 5))

    with pytest.raises(TargetNotFound, match=r"acme has no version 1\.5") as caught:
        shop.release("acme==1.5")
    assert caught.value.hint == "there are: 1.19, 1.7, 1.6, 1.4, 1.3"
    with pytest.raises(TargetNotFound, match="no version that fits >2") as caught:
        shop.release("acme>2")
    assert caught.value.hint == "the newest are: 1.19, 1.18, 1.17, 1.16, 1.15"


def test_odd_files_are_listed(shop):
    """Files whose names say no version, or another project, are in a release of their own, last."""
    shop.offer("acme", "acme-1.0.zip", "acme-1.0.win32-py2.7.exe", "other-9.0.zip", "acme-2004d.zip")

    listed = {release.package.version: [file.filename for file in release.artifacts] for release in _all(shop)}

    assert list(listed.items()) == [
        ("1.0", ["acme-1.0.zip", "acme-1.0.win32-py2.7.exe"]),
        ("2004d", ["acme-2004d.zip"]),
        ("", ["other-9.0.zip"]),
    ]
    assert shop.names("acme", "other-9.0.zip") == ["other-9.0.zip"]


def _all(shop):
    return shop.pypi.releases("ACME")


def test_only(shop):
    """`--only` leaves one kind, or one file, which then says the version."""
    shop.offer("acme", "acme-1.0.zip", "acme-2.0.tar.gz", "acme-2.0-py3-none-any.whl")

    assert shop.names("acme", "sdist") == ["acme-2.0.tar.gz"]
    assert shop.names("acme", "wheel") == ["acme-2.0-py3-none-any.whl"]
    assert shop.names("acme", "acme-1.0.zip") == ["acme-1.0.zip"]
    with pytest.raises(NothingToReview, match=r"acme 1\.0 has no wheel") as caught:
        shop.names("acme==1.0", "wheel")
    assert caught.value.hint == "its files are: acme-1.0.zip"
    with pytest.raises(NothingToReview, match=r"has no file nope\.whl"):
        shop.names("acme", "nope.whl")


def test_no_such_project(shop):
    """A name that the index does not know is said so."""
    with pytest.raises(TargetNotFound, match="there is no project nobody on the index"):
        shop.release("nobody")


def test_quarantined(shop):
    """A quarantined project is said to be one, with the index's reason."""
    shop.offer("acme", **{"project-status": {"status": "quarantined", "reason": "malware"}})

    with pytest.raises(NothingToReview, match=r"acme is quarantined by the index \(malware\)") as caught:
        shop.release("acme")
    assert caught.value.exit_code == 3


def test_status_is_kept(shop):
    """Another status comes with the release."""
    shop.offer("acme", "acme-1.0.zip", **{"project-status": {"status": "archived"}})

    assert shop.release("acme").status == "archived"


def test_no_files(shop):
    """A project without files is nothing to review."""
    shop.offer("acme")

    with pytest.raises(NothingToReview, match="acme has no files"):
        shop.release("acme")


def test_several_indexes(shop):
    """All of pip's indexes count, as they do for pip; a project need not be on each of them."""
    shop.offer("acme", "acme-1.0.zip", "acme-0.9.zip")
    shop.offer("acme", "acme-1.0.zip", "acme-7.0.zip", ("acme-0.9.zip", {"hashes": {"sha256": "ab" * 32}}), root="/two")
    shop.pypi = shop.opened(*(f"{shop.loopback.url}/{root}" for root in ("none", "simple", "two")))

    assert shop.names("acme") == ["acme-7.0.zip"]
    assert shop.names("acme==1.0") == ["acme-1.0.zip"]
    assert shop.names("acme==0.9") == ["acme-0.9.zip", "acme-0.9.zip"]


def test_failing_index_is_not_passed_over(shop, reply):
    """An index that fails might hold the newest version: that is an error, not a shorter list."""
    shop.offer("acme", "acme-1.0.zip")
    shop.loopback.say("/two/acme/", reply(status=403))
    shop.pypi = shop.opened(f"{shop.loopback.url}/simple", f"{shop.loopback.url}/two")

    with pytest.raises(BadStatus) as caught:
        shop.release("acme")
    assert "credentials" in caught.value.hint


def test_redirected_page(shop, reply):
    """Addresses on a page are relative to where it was found."""
    shop.offer("acme", "acme-1.0.zip", root="/deep/er")
    shop.loopback.replies["/deep/files/acme-1.0.zip"] = [reply(body=BODY)]
    shop.loopback.say("/simple/acme/", reply(status=302, headers=(("Location", "/deep/er/acme/"),)))

    (artifact,) = shop.release("acme").artifacts

    assert shop.pypi.fetch(artifact) == BODY


@pytest.mark.parametrize("kind", ["application/pdf", "", "text/plain"])
def test_neither_form(shop, reply, kind):
    """An answer of another media type is not guessed at."""
    shop.loopback.say("/simple/acme/", reply(body=b"hello", content_type=kind))

    with pytest.raises(RegistryError, match="answers with") as caught:
        shop.release("acme")
    assert "/simple" in caught.value.hint


def test_hostile_project_name(shop):
    """A name reaches the index as one path segment only."""
    target = msgspec.structs.replace(shop.pypi.parse(["acme"])[0], name="../x?y#z")

    with pytest.raises(TargetNotFound):
        shop.pypi.release(target)
    assert shop.loopback.paths() == ["/simple/..%2Fx%3Fy%23z/"]


def test_pinned_hashes(shop):
    """Hashes of a requirements file leave only the files that have them."""
    shop.offer("acme", "acme-1.0.zip", ("acme-1.0.tar.gz", {"hashes": {"sha256": "ab" * 32}}))
    (target,) = shop.pypi.parse(["acme==1.0"])

    kept = shop.pypi.release(msgspec.structs.replace(target, hashes=(SHA,))).artifacts

    assert [file.filename for file in kept] == ["acme-1.0.zip"]
    with pytest.raises(TargetNotFound, match="pinned hashes"):
        shop.pypi.release(msgspec.structs.replace(target, hashes=("cd" * 32,)))


def test_fetch(shop):
    """A file is fetched and checked."""
    shop.offer("acme", "acme-1.0.zip")
    (artifact,) = shop.release("acme").artifacts

    assert shop.pypi.fetch(artifact) == BODY
    assert artifact.sha256 == SHA


@pytest.fixture
def acme(loopback, reply):
    """An artifact of a JSON index with its announced size, and the registry to fetch it with."""
    shop = Shop(loopback, reply, "json")
    shop.offer("acme", ("acme-1.0.zip", {"size": len(BODY)}))
    (artifact,) = shop.release("acme").artifacts
    return shop, artifact


def test_wrong_bytes(acme, reply):
    """Other bytes of the same size are refused, and the digests are shown."""
    shop, artifact = acme
    shop.loopback.say("/files/acme-1.0.zip", reply(body=BODY.upper()))

    with pytest.raises(HashMismatch, match=SHA) as caught:
        shop.pypi.fetch(artifact)
    assert "discarded" in caught.value.hint


@pytest.mark.parametrize(
    ("body", "message"), [(BODY + b"!", "is larger than the 19 bytes"), (BODY[:-1], "has 18 bytes")]
)
def test_wrong_size(acme, reply, body, message):
    """A file of another size is refused before its digest."""
    shop, artifact = acme
    shop.loopback.say("/files/acme-1.0.zip", reply(body=body))

    with pytest.raises(HashMismatch, match=message):
        shop.pypi.fetch(artifact)


def test_truncated_file(acme, reply):
    """A download that breaks off is tried again."""
    shop, artifact = acme
    shop.loopback.say("/files/acme-1.0.zip", reply(body=BODY[:5], missing=14), reply(body=BODY))

    assert shop.pypi.fetch(artifact) == BODY
    assert shop.slept == [0.5]


def test_vanished_file(acme, reply):
    """A listed file that is gone is an error of the registry."""
    shop, artifact = acme
    shop.loopback.say("/files/acme-1.0.zip", reply(status=404))

    with pytest.raises(BadStatus, match="404"):
        shop.pypi.fetch(artifact)


def test_budget(acme):
    """A file past the budget is not asked for, or given up where its size was not announced."""
    shop, artifact = acme
    asked = len(shop.loopback.asked)

    with pytest.raises(TooLarge, match="has 19 bytes; the budget is 10"):
        shop.pypi.fetch(artifact, Budget(compressed=10))
    assert len(shop.loopback.asked) == asked
    with pytest.raises(TooLarge, match="larger than the budget of 10 bytes"):
        shop.pypi.fetch(msgspec.structs.replace(artifact, size=0), Budget(compressed=10))


def test_file_without_sha256(shop):
    """A file that cannot be checked is not fetched; a weaker hash is no check."""
    shop.offer("acme", ("acme-1.0.zip", {"hashes": {"md5": "d41d8cd98f00b204e9800998ecf8427e"}}))
    (artifact,) = shop.release("acme").artifacts

    with pytest.raises(RegistryError, match=r"gives no sha256 for acme-1\.0\.zip") as caught:
        shop.pypi.fetch(artifact)
    assert "path" in caught.value.hint
    assert shop.loopback.paths() == ["/simple/acme/"]


def test_file_without_address(shop):
    """A file that is not on the web is not fetched."""
    shop.offer("acme", ("acme-1.0.zip", {"url": "file:///etc/acme-1.0.zip"}))
    (artifact,) = shop.release("acme").artifacts

    with pytest.raises(RegistryError, match="gives no address"):
        shop.pypi.fetch(artifact)


def test_offline(shop):
    """Without a network the message says so and what to check."""
    shop.pypi = shop.opened("http://127.0.0.1:9/simple")

    with pytest.raises(Unreachable, match=r"cannot reach http://127\.0\.0\.1:9") as caught:
        shop.release("acme")
    assert "pip configuration" in caught.value.hint


@pytest.mark.network
def test_real_project():
    """The configured index knows `six`, and its newest release is fetched and checked."""
    pypi = PyPI()
    (target,) = pypi.parse(["six==1.17.0"])

    release = pypi.release(target)

    assert {file.kind for file in release.artifacts} == {"sdist", "wheel"}
    assert all(pypi.fetch(file) for file in release.artifacts)
    assert all(isinstance(file, Artifact) and len(file.sha256) == 64 for file in release.artifacts)
