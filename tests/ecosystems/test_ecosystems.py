"""Registries are found by folder."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pratique import ecosystems
from pratique.errors import UsageError


def test_discovery():
    """PyPI is there, and every member opens and knows its own name."""
    assert "pypi" in ecosystems.names()
    assert [ecosystems.open_ecosystem(name).name for name in ecosystems.names()] == list(ecosystems.names())


def test_unknown_registry():
    """A registry that is not there is the person's mistake; the hint lists what is."""
    with pytest.raises(UsageError, match="no such registry: cran") as caught:
        ecosystems.open_ecosystem("cran")
    assert "pypi" in caught.value.hint


def test_opening_is_cheap():
    """Opening reads no configuration and loads neither pip nor urllib3."""
    code = (
        "import sys; from pratique.ecosystems import open_ecosystem; open_ecosystem();"
        "print(sorted({'pip', 'urllib3', 'packaging'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
