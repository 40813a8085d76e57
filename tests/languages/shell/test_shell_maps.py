"""The maps of the command languages use the vocabulary's words, and their front ends are found."""

from __future__ import annotations

import pytest

from pratique.capabilities.mapfile import load
from pratique.capabilities.vocabulary import vocabulary
from pratique.languages import for_layer, front_end


@pytest.mark.parametrize("language", ["shell", "powershell", "batch"])
def test_every_word_of_a_map_is_in_the_vocabulary(language: str) -> None:
    words = {word for line in load(language).lines for word in (*line.capabilities, line.operand) if word}

    assert set() == words - vocabulary().ids


@pytest.mark.parametrize("language", ["shell", "powershell", "batch"])
def test_a_front_end_reads_files_and_layers_of_its_language(language: str) -> None:
    reader = front_end(language)

    assert reader is not None
    assert reader is for_layer(language)
    assert language == reader.read(b"a b").language
