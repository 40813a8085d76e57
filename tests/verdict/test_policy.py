"""The configuration is checked when it is read."""

from importlib.resources import files

import pytest

from pratique.errors import ConfigError
from pratique.verdict.policy import parse, settings

POLICY = files("pratique.verdict").joinpath("policy.toml").read_text()
MEASURED = b'{"schema": "pratique-measured/1", "rules": {}}'


def test_the_packaged_numbers_are_well_formed():
    assert settings().policy.block.lines == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("bias = 4.0", "bias = ", "policy.toml: Invalid value"),
        ("bias = 4.0", 'bias = "x"', r"policy.toml: Expected `float`.*bias"),
        ("bias = 4.0", "bias = 4.0\nbais = 1", "policy.toml: Object contains unknown field `bais`"),
        ("browser = 0.5\n", "", "policy.toml: factors: missing or unknown browser"),
        ("test = 0.2", "test = 0.9", "policy.toml: factors: test counts more than browser"),
        ("gated-host = 0.3", "gated-host = -0.3", "negative number would let evidence lower"),
        ("low = 3.2", "low = -3.2", "negative number"),
        ("note = 0.047", "note = 0.7", "levels must rise"),
        ('spam = "note"\n', "", "categories: missing or unknown spam"),
    ],
)
def test_a_wrong_policy_is_named_with_its_file(old, new, message):
    assert old in POLICY
    with pytest.raises(ConfigError, match=message):
        parse(POLICY.replace(old, new, 1).encode(), b"", MEASURED)


def test_a_wrong_scorecard_is_named():
    with pytest.raises(ConfigError, match=r"scorecard.toml: a-b: call counts more than command"):
        parse(POLICY.encode(), b"[rules.a-b]\nfactors = { call = 1.0 }", MEASURED)


def test_wrong_measurements_are_named():
    with pytest.raises(ConfigError, match=r"measured.json: "):
        parse(POLICY.encode(), b"", b'{"schema": "pratique-measured/2", "rules": {}}')
