"""Pages are parsed into prose and cases."""

import pytest

from pratique.errors import RuleError
from pratique.rules import load
from pratique.rules.pages import parse, prose, render

PAGE = """# slug

Before.

## What it does
Text.

```python
# ## no heading, no case
```

## Example

```python file=a/b.py fire case=both
x = 1
run(x)  # <- fires
```

```ini file=a/entry_points.txt fire case=both
[console_scripts]
a = a.b:run  ; <- fires
```

```html file=a/c.html innocent
<p>  <!-- <- fires -->
```

```base64 file=a/d.bin innocent
aGVs
bG8=
```
"""


def test_fences_make_cases_and_marks_are_cut_out():
    both, page, binary = parse(PAGE).cases

    assert [(file.path, file.data) for file in both.files] == [
        ("a/b.py", b"x = 1\nrun(x)\n"),
        ("a/entry_points.txt", b"[console_scripts]\na = a.b:run\n"),
    ]
    assert (both.name, both.fires, both.marks) == ("both", True, (("a/b.py", 2), ("a/entry_points.txt", 2)))
    assert (page.fires, page.files[0].data, page.marks) == (False, b"<p>\n", (("a/c.html", 1),))
    assert (binary.files[0].data, binary.files[0].binary) == (b"hello", True)


def test_headings_inside_fences_are_code():
    assert [section.heading for section in parse(PAGE).sections] == ["What it does", "Example"]


def test_unknown_rules_have_no_prose():
    with pytest.raises(RuleError, match="there is no rule `no-such-rule`"):
        prose("no-such-rule")


def test_shipped_prose_is_what_the_pages_say():
    """After changing a page: `python -m pratique.rules.pages`."""
    from importlib.resources import files

    assert files("pratique.rules").joinpath("prose.json").read_bytes() == render()


def test_shipped_prose_has_every_rule_without_fences():
    shipped = {rule.id: prose(rule.id) for rule in load()}

    assert [slug for slug, sections in shipped.items() if sections[0].heading != "What it does"] == []
    assert [slug for slug, sections in shipped.items() if any("```" in section.body for section in sections)] == []
