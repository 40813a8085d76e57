"""The two forms of the Simple API say the same thing."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.ecosystems.pypi import simple_html, simple_json
from pratique.ecosystems.pypi.page import Listed, Page
from pratique.errors import RegistryError

PLACE = "https://index.invalid/simple/acme/"
SHA = "ab" * 32

JSON_PAGE = {
    "meta": {"api-version": "1.4", "_last-serial": 7},
    "name": "acme",
    "versions": ["1.0", "1.1"],
    "project-status": {"status": "deprecated", "reason": "use other"},
    "alternate-locations": ["https://more.invalid/simple/acme/"],
    "files": [
        {
            "filename": "acme-1.0.tar.gz",
            "url": "../../files/acme-1.0.tar.gz",
            "hashes": {"sha256": SHA.upper()},
            "size": 12,
            "upload-time": "2026-01-02T03:04:05Z",
            "yanked": "broken",
            "core-metadata": {"sha256": SHA},
            "provenance": "https://index.invalid/integrity/acme",
            "unheard-of": [1],
        },
        {"filename": "acme-1.1.zip", "url": "https://files.invalid/acme-1.1.zip", "hashes": {"md5": "x"}},
    ],
}
HTML_PAGE = f"""<!DOCTYPE html><html><head>
<meta name="pypi:repository-version" content="1.4">
<meta name="pypi:project-status" content="deprecated">
<meta name="pypi:project-status-reason" content="use other">
<meta name="pypi:alternate-locations" content="https://more.invalid/simple/acme/">
<title>Links for acme</title></head><body><h1>Links for acme</h1><a href="../">up</a>
<a href="../../files/acme-1.0.tar.gz#sha256={SHA}" data-upload-time="2026-01-02T03:04:05Z" data-yanked="broken"
 data-core-metadata="sha256={SHA}" data-provenance="https://index.invalid/integrity/acme">acme-1.0.tar.gz</a><br/>
<a href="https://files.invalid/acme-1.1.zip#md5=x">acme-1.1.zip</a></body></html>"""

FIRST = Listed(
    filename="acme-1.0.tar.gz",
    url="https://index.invalid/files/acme-1.0.tar.gz",
    sha256=SHA,
    size=12,
    uploaded_at="2026-01-02T03:04:05Z",
    yanked=True,
    yanked_reason="broken",
    metadata_sha256=SHA,
    provenance_url="https://index.invalid/integrity/acme",
)
SECOND = Listed(filename="acme-1.1.zip", url="https://files.invalid/acme-1.1.zip", weaker=("md5",))
EXPECTED = Page(
    files=(FIRST, SECOND),
    versions=("1.0", "1.1"),
    status="deprecated",
    reason="use other",
    elsewhere=("https://more.invalid/simple/acme/",),
)


def test_json():
    """Every field of PEP 691, 700, 708, 714, 740 and 792 that we use."""
    page = simple_json.parse(json.dumps(JSON_PAGE).encode(), PLACE)

    assert msgspec.structs.replace(page, serial=0) == EXPECTED
    assert page.serial == 7


@pytest.mark.parametrize(("told", "serial"), [("7", 7), ("seven", 0)])
def test_a_serial_given_as_text(told, serial):
    """Some mirrors do; the page is as good as any."""
    page = JSON_PAGE | {"meta": {"api-version": "1.4", "_last-serial": told}}

    assert simple_json.parse(json.dumps(page).encode(), PLACE).serial == serial


def test_html():
    """The same from HTML, which knows neither sizes nor versions."""
    import msgspec

    without_size = msgspec.structs.replace(FIRST, size=0)

    expected = msgspec.structs.replace(EXPECTED, files=(without_size, SECOND), versions=())
    assert simple_html.parse(HTML_PAGE.encode(), PLACE) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"files": []}',
        b'{"meta": {}, "files": [{"filename": 3}]}',
        b"[" * 9999,
    ],
)
def test_json_garbage(body):
    """What is not a project page is said so, in one sentence."""
    with pytest.raises(RegistryError, match="does not answer as the Simple API does"):
        simple_json.parse(body, PLACE)


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"<html><title>Sign in</title><a href='/style.css'>x</a></html>", b"<!-- ", b"\x00\xff"]
)
def test_html_garbage(body):
    """A sign-in page is not a project without files."""
    with pytest.raises(RegistryError, match="not of the Simple API"):
        simple_html.parse(body, PLACE)


def test_html_without_files():
    """A project page without files is one."""
    assert simple_html.parse(b"<title>Links for acme</title>", PLACE) == Page()


@pytest.mark.parametrize("version", ["2.0", "x", "10.1"])
def test_other_major_version(version):
    """Another major version is not guessed at."""
    with pytest.raises(RegistryError, match="of the Simple API, not 1"):
        simple_json.parse(json.dumps({"meta": {"api-version": version}, "files": []}).encode(), PLACE)
    with pytest.raises(RegistryError, match="of the Simple API, not 1"):
        simple_html.parse(f'<meta name="pypi:repository-version" content="{version}">'.encode(), PLACE)


def test_html_base():
    """`<base>` moves relative addresses, as it does for pip."""
    page = simple_html.parse(b'<base href="https://files.invalid/a/"><a href="acme-1.0.zip">x</a>', PLACE)

    assert page.files[0].url == "https://files.invalid/a/acme-1.0.zip"


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "javascript:alert(1)//a-1.zip", "https://[broken/a-1.zip", "ftp://files.invalid/a-1.zip"],
)
def test_addresses_that_are_not_fetched(url):
    """A file whose address is not on the web stays listed, without an address."""
    body = json.dumps({"meta": {}, "files": [{"filename": "a-1.zip", "url": url, "hashes": {}}]}).encode()

    assert simple_json.parse(body, PLACE).files == (Listed(filename="a-1.zip"),)


def test_credentials_in_a_page():
    """Secrets that a page puts into addresses do not reach reports."""
    page = simple_html.parse(b'<a href="https://me:s3cret@files.invalid/a-1.zip#sha256=x"></a>', PLACE)

    assert page.files[0].url == "https://files.invalid/a-1.zip"


def test_html_yanked_without_reason():
    """An empty `data-yanked` is yanked; entities in reasons are resolved."""
    page = simple_html.parse(
        b'<a href="a-1.zip" data-yanked></a><a href="a-2.zip" data-yanked="&lt;b&gt;"></a><a href="a-3.zip"></a>', PLACE
    )

    assert [(file.yanked, file.yanked_reason) for file in page.files] == [(True, ""), (True, "<b>"), (False, "")]


@pytest.mark.parametrize("digest", ["", "ab", "zz" * 32, SHA + "00"])
def test_malformed_sha256(digest):
    """A digest that cannot be one counts as none."""
    assert simple_html.parse(f'<a href="a-1.zip#sha256={digest}"></a>'.encode(), PLACE).files[0].sha256 == ""


def test_hostile_names_are_data():
    """Names are kept as they are; nothing is done with them."""
    page = simple_html.parse(b'<a href="..%2f..%2fetc%2fpasswd%00.zip#sha256=x"></a>', PLACE)

    assert [file.filename for file in page.files] == ["../../etc/passwd\x00.zip"]


@given(st.binary(max_size=400) | st.text(alphabet='<>a href="/#=&;![-]data-yanked', max_size=200).map(str.encode))
def test_any_bytes(body):
    """Both readers return a page or say that it is none."""
    for parse in (simple_json.parse, simple_html.parse):
        try:
            outcome = parse(body, PLACE)
        except RegistryError as error:
            outcome = error

        assert isinstance(outcome, Page) or PLACE in outcome.message
