"""Every source by its layout: what is claimed of what, and that hostile content stops nothing."""

from __future__ import annotations

import hashlib
import io
import os
import random
import zipfile

import pytest

from pratique.dataset.shapes import Claim, DatasetError, Sample, Trouble, Unreadable
from pratique.dataset.sources import _zips, find, sources


def offers(text):
    source, place = find(str(text))
    return list(source.read(place))


def of(kind, found):
    return [one for one in found if isinstance(one, kind)]


def test_every_source_says_what_it_is():
    for name, source in sources().items():
        assert name == name.lower()
        assert source.SUMMARY
        assert source.LICENCE
        assert isinstance(source.REDISTRIBUTABLE, bool)


def test_raw_archives_are_claimed_by_their_file(malregistry, make):
    found = offers(malregistry)

    assert [(one.name, one.version, one.filename) for one in found] == [
        ("acme-banner", "0.1", "Acme_Banner-0.1.tar"),
        ("acme", "1.0", "acme-1.0.tar"),
        ("acme", "1.1", "acme-1.1.tar"),
    ]
    assert found[1].read() == make.sdist()
    assert {claim.scope for one in found for claim in one.claims} == {"file"}


def test_datadog_zips_become_zips_of_ours_and_hijacks_are_told(datadog):
    found = offers(datadog)
    samples = {one.name: one for one in of(Sample, found)}

    assert set(samples) == {"acme", "honest", "@acme/left"}
    assert samples["honest"].claims[0].attack_type == "hijacked-release"
    assert (samples["acme"].repacked, samples["acme"].first_seen) == (True, "2024-05-01")
    assert samples["@acme/left"].ecosystem == "npm"
    data = samples["acme"].read()
    assert data == samples["acme"].read()
    assert sorted(zipfile.ZipFile(io.BytesIO(data)).namelist()) == ["acme-1.0/acme/__init__.py", "acme-1.0/setup.py"]


def test_a_manifest_without_versions_claims_only_the_name(datadog):
    claims = of(Claim, offers(datadog))

    assert [(one.name, one.scope, one.versions) for one in claims] == [
        ("acme", "name", ()),
        ("honest", "version", ("2.0",)),
    ]


def test_osv_origins_are_witnesses_and_withdrawals_are_read(ossf):
    claims = offers(ossf)

    assert [(one.name, one.reporter, one.scope, one.withdrawn_at) for one in claims] == [
        ("acme", "vendor-a", "version", ""),
        ("acme", "ossf-package-analysis", "version", ""),
        ("acme-banner", "ossf", "name", ""),
        ("wronged", "vendor-a", "version", "2024-12-01"),
        ("wronged", "ossf-package-analysis", "version", "2024-12-01"),
    ]
    assert claims[1].method == "tool"
    assert claims[0].indicators[0].value == "drop[.]example[.]invalid"


def test_campaigns_carry_intent_tags_and_defanged_indicators(kam193):
    claims = {one.name: one for one in offers(kam193)}

    assert (claims["acme"].intent, claims["acme"].tags, claims["acme"].campaign) == (
        "malicious", ("infostealer",), "2024-07-example",
    )  # fmt: skip
    assert (claims["only-listed"].scope, claims["acme-banner"].intent) == ("name", "research")
    assert [one.value for one in claims["acme"].indicators] == ["drop[.]example[.]invalid"]


def test_only_advisories_about_malware_are_claims(pysec):
    assert [(one.name, one.reference, one.asserted_at) for one in offers(pysec)] == [
        ("acme", "PYSEC-2024-1", "2024-03-01"),
        ("acme-banner", "PYSEC-2024-2", ""),
    ]


def test_a_pack_row_is_one_claim_for_each_who_says_so(pack):
    samples = {one.name: one for one in offers(pack)}

    assert [(one.reporter, one.scope) for one in samples["acme"].claims] == [
        ("pypi-malregistry", "file"), ("vendor-a", "version"), ("vendor-b", "version"), ("kam193", "version"),
    ]  # fmt: skip
    assert [(one.reporter, one.scope) for one in samples["acme-banner"].claims] == [
        ("pypi-malregistry", "file"), ("vendor-a", "name"),
    ]  # fmt: skip
    assert hashlib.sha256(samples["acme"].read()).hexdigest() == samples["acme"].sha256


def test_a_pack_s_own_loader_is_not_run(pack, tmp_path):
    """A source is data, also where it brings a program to read it with."""
    (pack / "loader.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    offers(pack)

    assert not (tmp_path / "ran").exists()


def test_a_folder_and_a_table_beside_it(tmp_path, make):
    make.put(tmp_path / "box" / "acme-1.0.tar", make.sdist())
    make.put(tmp_path / "box" / "acme-1.1.tar.gz.zip", make.aes_zip({"acme-1.1.tar.gz": make.sdist(version="1.1")}))
    table = make.put(
        tmp_path / "box" / "table.csv",
        b"path,reporter,intent,tags,verdict\nacme-1.0.tar,Ann,malicious,infostealer|x,\n"
        b"acme-1.1.tar.gz.zip,Bea,,,benign\n../../etc/passwd,,,,\n",
    )

    plain = offers(tmp_path / "box")
    listed = offers(table)

    assert [(one.name, one.version) for one in plain] == [("acme", "1.0"), ("acme", "1.1")]
    assert [(one.claims[0].reporter, one.claims[0].stance) for one in of(Sample, listed)] == [
        ("ann", "accuses"), ("bea", "clears"),
    ]  # fmt: skip
    assert of(Sample, listed)[1].read() == make.sdist(version="1.1")
    assert [one.place for one in of(Trouble, listed)] == ["table.csv:4"]


def test_of_a_reviewer_only_the_last_word_counts(decisions):
    place = decisions(
        ("pkg:pypi/acme@1.0", "", "confirm_malware", "Ann", "2024-01-01T00:00:00Z"),
        ("pkg:pypi/acme@1.0", "", "not_malware", "Ann", "2024-01-02T00:00:00Z"),
        ("pkg:pypi/acme@1.0", "", "watch", "Bea", "2024-01-02T00:00:00Z"),
        ("pkg:pypi/acme", "", "quarantine_project", "Cay", "2024-01-02T00:00:00Z"),
        ("no purl", "", "not_malware", "Dee", "2024-01-02T00:00:00Z"),
    )
    found = offers(place)

    assert [(one.reporter, one.stance, one.scope) for one in of(Claim, found)] == [
        ("ann", "clears", "version"), ("cay", "accuses", "name"),
    ]  # fmt: skip
    assert len(of(Trouble, found)) == 1


def test_what_is_not_known_is_said(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="no known layout"):
        find(str(tmp_path / "empty"))
    with pytest.raises(DatasetError, match="there is no"):
        find(str(tmp_path / "absent"))
    assert find(f"ossf={tmp_path / 'empty'}")[0].NAME == "ossf"


def test_a_source_is_added_in_one_file(tmp_path, monkeypatch):
    """The whole of a new source, dropped into the folder: found, recognised, read."""
    module = '''"""A list of releases, one purl a line."""
from packageurl import PackageURL
from pratique.dataset.shapes import Claim

NAME = "acme-list"
SUMMARY = "purls, one a line"
LICENCE = "CC0-1.0"
REDISTRIBUTABLE = True


def recognise(place):
    """Look for the suffix."""
    return place.suffix == ".purls"


def read(place):
    """Yield a claim for each line."""
    for line in place.read_text().split():
        purl = PackageURL.from_string(line)
        yield Claim(
            source=NAME, reporter=NAME, licence=LICENCE, scope="version", name=purl.name, versions=(purl.version,)
        )
'''
    (tmp_path / "acme_list.py").write_text(module)
    listed = tmp_path / "some.purls"
    listed.write_text("pkg:pypi/acme@1.0\n")
    import pratique.dataset.sources as folder

    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    sources.cache_clear()
    try:
        claims = offers(listed)
    finally:
        sources.cache_clear()

    assert [(one.source, one.name, one.versions) for one in claims] == [("acme-list", "acme", ("1.0",))]


def hostile_zips(make):
    whole = make.aes_zip({"a/setup.py": b"x = 1\n" * 50, "../../up.py": b"y"})
    chance = random.Random(4)
    yield b""
    yield b"PK\x03\x04 and nothing else"
    yield make.aes_zip({"a.py": b"x"}, b"another")
    yield whole[: len(whole) // 2]
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        yield bytes(broken)


def test_broken_zips_are_unreadable_and_nothing_else(tmp_path, make):
    """Flipped bytes anywhere in a zip: either it is read, or there is one kind of error."""
    refused = 0
    for data in hostile_zips(make):
        path = make.put(tmp_path / "x.zip", data)
        for reader in (_zips.repacked, _zips.single):
            try:
                reader(path)
            except Unreadable as error:
                refused += bool(error.message)

    assert refused > 200


def test_names_in_zips_stay_data(tmp_path, make):
    """A member that leads out of the folder is kept as it is: nobody unpacks it."""
    path = make.put(tmp_path / "in" / "x.zip", make.aes_zip({"../../up.py": b"y", "/etc/acme": b"z"}))
    kept = zipfile.ZipFile(io.BytesIO(_zips.repacked(path)))

    assert sorted(kept.namelist()) == ["../../up.py", "/etc/acme"]
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["in", "x.zip"]


def test_a_bomb_is_counted_and_not_believed(tmp_path, make, monkeypatch):
    monkeypatch.setattr(_zips, "LARGEST_TOTAL", 1 << 20)
    monkeypatch.setattr(_zips._files, "LARGEST_SAMPLE", 1 << 20)
    path = make.put(tmp_path / "x.zip", make.aes_zip({"a": bytes(3 << 20)}))

    for reader in (_zips.repacked, _zips.single):
        with pytest.raises(Unreadable, match="inflates to more"):
            reader(path)


def test_links_in_sources_are_not_followed(malregistry, tmp_path, make):
    secret = make.put(tmp_path / "secret" / "9.9" / "secret-9.9.tar", make.sdist("secret", "9.9"))
    (malregistry / "linked").symlink_to(secret.parents[1])
    (malregistry / "acme" / "1.0" / "b.tar").symlink_to(secret)

    assert "secret" not in {one.name for one in offers(malregistry)}
    assert len(offers(malregistry)) == 3


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b'{"id": 5',
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"affected": "x"}',
        b'{"affected": [{"package": 7}]}',
    ],
    ids=range(8),
)
def test_broken_documents_are_told_and_left_out(text, ossf, kam193, pysec, make):
    make.put(ossf / "osv" / "malicious" / "pypi" / "x" / "MAL-2024-9.json", text)
    make.put(kam193 / "pypi" / "packages" / "malicious" / "json" / "x.json", text)
    make.put(kam193 / "pypi" / "campaigns" / "malicious" / "x.json", text)
    make.put(pysec / "vulns" / "x" / "PYSEC-2024-9.yaml", text)

    assert len(of(Claim, offers(ossf))) == 5
    assert len(of(Claim, offers(kam193))) == 3
    assert len(of(Claim, offers(pysec))) == 2
    assert len(of(Trouble, offers(kam193))) == 2


def test_yaml_that_unfolds_for_ever_is_refused(pysec, make):
    bomb = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    make.put(pysec / "vulns" / "x" / "PYSEC-2024-9.yaml", bomb)

    assert [one.reason for one in of(Trouble, offers(pysec))] == ["YAML with aliases or too deep"]


def test_odd_names_are_printable(tmp_path, make):
    """A file name that is no UTF-8 goes through."""
    root = tmp_path / "malregistry"
    make.put(root / "acme" / "1.0" / "acme-1.0.tar", make.sdist())
    folder = root / "acme" / "1.0"
    (folder / "acme-1.0.tar").rename(folder / os.fsdecode(b"\xff\n.tar"))
    (found,) = offers(root)

    found.filename.encode()
    assert found.claims[0].id
