import re
from pathlib import Path

import msgspec

from pratique.capabilities.mapfile import load
from pratique.capabilities.vocabulary import render_docs, vocabulary
from pratique.model import TRIGGER_ORDER, Unknown

ROOT = Path(__file__).parents[2]


def test_the_page_is_in_sync():
    """When it is not: write what `render_docs()` returns to docs/capabilities.md."""
    assert (ROOT / "docs" / "capabilities.md").read_text("utf-8") == render_docs()


def test_every_word_has_one_plain_line():
    for word in vocabulary().words:
        assert re.fullmatch(r"[a-z][a-z0-9-]*(\.[a-z][a-z-]*)*", word.id), word.id
        assert word.doc, word.id
        assert word.doc == word.doc.strip(" ."), word.id
        assert "\n" not in word.doc, word.id


def test_no_section_says_a_word_twice():
    seen = [(word.section, word.id) for word in vocabulary().words]

    assert len(seen) == len(set(seen))


def test_names_elsewhere_are_well_formed():
    """capslock's names are those of its capability.proto."""
    capslock = {
        "SAFE", "FILES", "NETWORK", "RUNTIME", "READ_SYSTEM_STATE", "MODIFY_SYSTEM_STATE", "OPERATING_SYSTEM",
        "SYSTEM_CALLS",
        "ARBITRARY_EXECUTION", "CGO", "UNANALYZED", "UNSAFE_POINTER", "REFLECT", "EXEC",
    }  # fmt: skip
    for word in vocabulary().section("authority"):
        assert word.capslock in capslock, word.id
        assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", technique) for technique in word.attack), word.id
        assert all(re.fullmatch(r"[BCEF]\d{4} \S.*", name) for name in word.mbc), word.id


def test_triggers_and_unknowns_are_those_of_the_model():
    kinds = next(field.type for field in msgspec.structs.fields(Unknown) if field.name == "kind")

    assert vocabulary().triggers == set(TRIGGER_ORDER)
    assert vocabulary().unknowns == set(kinds.__args__)


def test_every_word_of_the_python_map_is_in_the_vocabulary():
    known = vocabulary()
    for line in load("python").lines:
        assert set(line.capabilities) <= known.authorities, line
        assert not line.operand or line.operand in known.operands, line


def test_words_of_the_design_are_there():
    """DESIGN section 4 names these to start with."""
    authorities = """
        network.connect network.http network.dns network.listen network.tls-off process.spawn process.kill
        process.inject process.elevate code.eval code.import code.load-native code.unmarshal code.unpickle
        code.remote-directed fs.read fs.write fs.write-executable fs.delete fs.permissions fs.link fs.archive
        env.read env.write host.identity host.network host.container registry.write runtime.patch
        runtime.hook-import runtime.trace reflect memory.raw persist.startup persist.schedule persist.shell-rc
        persist.python-startup input.clipboard input.keyboard input.screen input.microphone crypto.encrypt
        crypto.hash-loop package.install package.publish repo.write-ci repo.push agent.instruct
        agent.configure agent.invoke log.erase
    """
    operands = """
        ssh-key cloud-credential browser-store wallet registry-token messenger-token password-store
        shell-history env-secret source-tree user-documents package-data chat-webhook paste tunnel raw-address
        dynamic-dns metadata-service registry own-project computed shell powershell python node script
        downloaded embedded
    """
    traits = """
        encoded layered obfuscated protected gated-host gated-time gated-locale gated-ci evades-analysis
        hidden-from-view steganographic
    """

    assert set(authorities.split()) <= vocabulary().authorities
    assert set(operands.split()) <= vocabulary().operands
    assert set(traits.split()) <= vocabulary().traits


def test_a_word_is_found_by_its_name():
    found = vocabulary().get("network.http")

    assert found is not None
    assert (found.section, found.capslock, found.attack) == ("authority", "NETWORK", ("T1071.001",))
    assert vocabulary().get("network.telepathy") is None
