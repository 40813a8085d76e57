"""Under which conditions a call runs, innermost first; `!` is a negation, `~` a try that swallows."""

from __future__ import annotations

import pytest
from python_facts import guards

GUARDS = [
    ('os.system("x")', [""]),
    ('if a: os.system("x")', ["if"]),
    ('if a: pass\nelse: os.system("x")', ["!if"]),
    ('if a: pass\nelif b: os.system("x")\nelse: os.system("y")', ["if !if", "!if !if"]),
    ('for x in y: os.system("x")', ["for"]),
    ('while y: os.system("x")', ["while"]),
    ('while y: pass\nelse: os.system("x")', [""]),
    (
        'try: os.system("x")\nexcept ValueError: os.system("y")\nelse: os.system("z")\nfinally: os.system("w")',
        ["try", "", "except", "finally"],
    ),
    ('try: os.system("x")\nexcept: pass', ["try~"]),
    ('try: os.system("x")\nexcept Exception: log()', ["try"]),
    ('try: os.system("x")\nexcept Exception: ...', ["try~"]),
    ('try: os.system("x")\nfinally: pass', [""]),
    ('import contextlib\nwith contextlib.suppress(Exception): os.system("x")', ["try~"]),
    ('with a: os.system("x")', [""]),
    ('if __name__ == "__main__": os.system("x")', ["main"]),
    ('if "__main__" == __name__: os.system("x")', ["main"]),
    ('if __name__ != "__main__": pass\nelse: os.system("x")', ["main"]),
    ('if __name__ == "__ma" + "in__": os.system("x")', ["main"]),
    ('if not __name__ == "__main__": os.system("x")', ["!main"]),
    ('from typing import TYPE_CHECKING\nif TYPE_CHECKING: os.system("x")', ["typing"]),
    ('import typing\nif typing.TYPE_CHECKING: pass\nelse: os.system("x")', ["!typing"]),
    ('def f():\n    if a: return\n    os.system("x")', ["!if"]),
    ('def f():\n    if a: raise X\n    elif b: return\n    os.system("x")', [""]),
    ('def f():\n    if a:\n        if b: return\n        os.system("y")\n    os.system("x")', ["!if if", ""]),
    ('import sys\nif a: sys.exit()\nos.system("x")', ["!if"]),
    ('match a:\n    case 1: os.system("x")\n    case _ if b: os.system("y")', ["match", "if match"]),
    ('a and os.system("x")', ["if"]),
    ('a or os.system("x")', ["!if"]),
    ('os.system("x") if a else os.system("y")', ["if", "!if"]),
    ('[os.system("x") for i in y if i]', ["if"]),
    ('assert a, os.system("x")', ["!if"]),
    ('if a:\n    for b in c:\n        os.system("x")', ["for if"]),
    ('for x in y:\n    if x: continue\n    os.system("x")', ["for"]),
    ('async def f():\n    async for x in y: os.system("x")', ["for"]),
    ('try: os.system("x")\nexcept* ValueError: pass', ["try"]),
]


@pytest.mark.parametrize(("source", "expected"), GUARDS)
def test_calls_are_guarded(source, expected):
    assert guards("import os\n" + source) == expected
