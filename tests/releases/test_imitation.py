"""Names that imitate popular ones."""

from __future__ import annotations

import pytest

from pratique.releases.imitation import imitated

POPULAR = ("requests", "python-dateutil", "numpy", "six", "beautifulsoup4", "pillow")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Requests", None),
        ("requets", ("requests", "a letter less")),
        ("requestss", ("requests", "a letter more")),
        ("reqeusts", ("requests", "two letters swapped")),
        ("rewuests", ("requests", "a key beside the right one")),
        ("rezuests", ("requests", "another letter")),
        ("dateutil-python", ("python-dateutil", "the same words in another order")),
        ("pythondateutil", ("python-dateutil", "other separators")),
        ("nurnpy", ("numpy", "letters that look alike")),
        ("pi11ow", ("pillow", "letters that look alike")),
        ("python3-numpy", ("numpy", "an addition that says nothing")),
        ("numpy_dev", ("numpy", "an addition that says nothing")),
        ("sixx", None),
        ("requests-oauthlib", None),
        ("dateutil", None),
        ("numba", None),
    ],
)
def test_how_a_name_imitates_another(name, told):
    assert imitated(name, POPULAR) == told
