"""Constant text that runs is read in place, whatever it runs in turn."""

import pytest

from pratique.pipeline import review_files


@pytest.mark.parametrize(
    "text", ["x = 'eval(x)'\neval(x)\n", "x = '+'.join(['eval(x)'] * 3)\neval(x)\n", "x = 'exec(x)'\nexec(x)\n"]
)
def test_a_text_that_runs_itself_is_read_to_an_end(text):
    found = review_files({"acme/__init__.py": f"{text}import os\nos.system('echo hello')\n".encode()})

    assert "os.system" in [use.api for use in found.uses]
    assert found.verdict.complete


def test_a_text_has_the_values_of_its_place():
    found = review_files(
        {"acme/__init__.py": b"import os\ncommand = 'echo hello'\nx = eval('command')\nos.system(x)\n"}
    )

    assert [use.target for use in found.uses if use.api == "os.system"] == ["echo hello"]
