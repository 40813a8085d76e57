"""What an index tells of a release beside its files, over a loopback index."""

from __future__ import annotations

import json

import pytest

from pratique.ecosystems.pypi import PyPI
from pratique.ecosystems.pypi.config import Registry
from pratique.http import Client, Network
from pratique.model import Artifact, Package

ACME = Package(ecosystem="pypi", name="acme", version="1.0")


@pytest.fixture
def pypi(loopback):
    client = Client(Network(), sleep=lambda _seconds: None)
    return PyPI(client, Registry(bases=(f"{loopback.url}/simple",), network=Network()))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"info": {"requires_dist": ["a>=1", "b; extra == 'x'"]}}, ("a>=1", "b; extra == 'x'")),
        ({"info": {"requires_dist": []}}, ()),
        ({"info": {"requires_dist": None}}, None),
        ({"info": 3}, None),
        ([], None),
    ],
)
def test_requirements_by_the_index_itself(loopback, reply, pypi, body, told):
    loopback.say("/pypi/acme/1.0/json", reply(body=json.dumps(body).encode(), content_type="application/json"))

    assert pypi.requires(ACME) == told


def test_an_index_without_such_a_record_tells_nothing(pypi):
    assert pypi.requires(ACME) is None


def _file(place: str) -> Artifact:
    return Artifact(package=ACME, filename="acme-1.0.zip", kind="zip", provenance_url=place)


def test_who_attests_to_a_file(loopback, reply, pypi):
    publisher = {"kind": "GitHub", "repository": "acme/acme", "workflow": "release.yml", "environment": None}
    body = json.dumps({"version": 1, "attestation_bundles": [{"publisher": publisher, "attestations": []}]})
    loopback.say("/integrity", reply(body=body.encode(), content_type="application/vnd.pypi.integrity.v1+json"))

    assert pypi.publisher(_file(f"{loopback.url}/integrity")) == "GitHub acme/acme"
    assert pypi.publisher(_file(f"{loopback.url}/absent")) == ""
    assert pypi.publisher(_file("")) == ""
