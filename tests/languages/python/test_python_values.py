"""What the argument of a call folds to: its value and how it was decoded, or the operation that stays unknown."""

from __future__ import annotations

import pytest
from python_facts import first_argument

VALUES = [
    ('exec("a"+"b")', [("ab", ())]),
    ('exec("a"*3)', [("aaa", ())]),
    ('exec("a%sb" % "x")', [("axb", ())]),
    ('exec("a%sb" % q)', [("a￼b", ())]),
    ('exec(f"a{q}b{1}")', [("a￼b1", ())]),
    ("exec(f\"{'a':>3}{'b'!r}\")", [("  a'b'", ())]),
    ('exec("{}-{}".format("a", q))', [("a-￼", ())]),
    ('exec("a"+q+"b")', [("a￼b", ())]),
    ('exec("".join(["a","b"]))', [("ab", ())]),
    ('exec("".join(["a",q]))', [("a￼", ())]),
    ('exec("olleh"[::-1])', [("hello", ("reverse",))]),
    ('exec("hello"[1:3])', [("el", ())]),
    ('exec("x".upper().lower())', [("x", ())]),
    ('x = "a"\nx += "b"\nexec(x)', [("ab", ())]),
    ('import base64\nexec(base64.b64decode("cHJpbnQoJ2hlbGxvJyk=").decode())', [("print('hello')", ("base64",))]),
    (
        'import base64, zlib\nexec(zlib.decompress(base64.b64decode("eJwrKMrMK9FQz0jNyclX1wQAJ4wE4Q==")))',
        [(b"print('hello')", ("base64", "zlib"))],
    ),
    ('exec(bytes.fromhex("6869"))', [(b"hi", ("hex",))]),
    ("exec(chr(104)+chr(105))", [("hi", ("chr-table",))]),
    ('exec("".join(map(chr,[104,105])))', [("hi", ("chr-table",))]),
    ('exec("".join(chr(c) for c in [104,105]))', [("hi", ("chr-table",))]),
    (
        'exec("".join([chr(c^1) for c in (105,104)]))',
        [
            (
                "hi",
                (
                    "xor",
                    "chr-table",
                ),
            )
        ],
    ),
    ("exec(bytes([104,105]).decode())", [("hi", ("chr-table",))]),
    ('exec("uryyb".encode().decode())', [("uryyb", ())]),
    ('import codecs\nexec(codecs.decode("uryyb","rot13"))', [("hello", ("rot13",))]),
    ("exec(str(1)+str(True))", [("1True", ())]),
    ('x = ["a"]\nx.append("b")\nexec("".join(x))', [("ab", ())]),
    ('x = {}\nx["k"] = "v"\nexec(x["k"])', [("v", ())]),
    ('x = {"k": "v"}\nexec(x["k"])', [("v", ())]),
    ('x = {"k": "v"}\nexec(x.get("k"))', [("v", ())]),
    ('x = ("a","b")\nexec(x[1])', [("b", ())]),
    ('a, b = "x", "y"\nexec(a+b)', [("xy", ())]),
    ('a, *b = "x", "y", "z"\nexec(b[0])', [("y", ())]),
    ('X = "lit"\ndef f():\n    exec(X)', [("lit", ())]),
    ('X = "lit"\nX = None\ndef f():\n    exec(X)', [("lit", ())]),
    ('class C:\n    url = "u"\n    def f(self): exec(self.url)', [("u", ())]),
    ('class C:\n    def __init__(self): self.url = "u"\n    def f(self): exec(self.url)', [("u", ())]),
    ('class C:\n    url = "u"\nexec(C.url)', [("u", ())]),
    ('def f(x="d"): exec(x)', ["param"]),
    ('x = "a" if c else "b"\nexec(x)', ["phi"]),
    ('x = "a" if c else "a"\nexec(x)', [("a", ())]),
    ('if c:\n    x = "a"\nelse:\n    x = "a"\nexec(x)', [("a", ())]),
    (
        'def d(s): return "".join(chr(ord(c)^1) for c in s)\nexec(d("ihi"))',
        [
            (
                "hih",
                (
                    "xor",
                    "chr-table",
                ),
            )
        ],
    ),
    ('d = lambda s: s[::-1]\nexec(d("ba"))', [("ab", ("reverse",))]),
    ('def u(): return "hi"\nexec(u())', [("hi", ())]),
    ('x = ""\nfor c in [104,105]:\n    x += chr(c)\nexec(x)', [("hi", ("chr-table",))]),
    ('x = ""\ni = 0\nwhile i < 3:\n    x += "a"\n    i += 1\nexec(x)', [("aaa", ())]),
    (
        'def f():\n    x = ""\n    for c in [104,105]:\n        x += chr(c)\n    exec(x)',
        [("hi", ("chr-table",))],
    ),
    ('def outer():\n    k = "v"\n    def inner():\n        exec(k)', [("v", ())]),
    ("import string\nexec(string.ascii_lowercase[:3])", [("abc", ())]),
    ('from pathlib import Path\nexec(Path("a") / "b")', [("a/b", ())]),
    ('import os\nexec(os.path.join("a","b"))', [("a/b", ())]),
    ('import os\nexec(os.path.join(os.path.expanduser("~"),"b"))', [("~/b", ())]),
    ('x = b"a" b"b"\nexec(x)', [(b"ab", ())]),
    ("exec(not 1)", [(False, ())]),
    ("exec(1 == 1)", [(True, ())]),
    ('x = [c for c in "abc"]\nexec(x[0])', [("a", ())]),
    ('for x in "abc".split("b"):\n    exec(x)', ["phi"]),
    ('exec("ａ")', [("ａ", ())]),
    ('exec("\\ud800")', [("���", ())]),
    ("exec(1<<70)", ["op"]),
    ("exec(1<<62)", [(4611686018427387904, ())]),
    ('exec(getattr("abc", "upper")())', [("ABC", ("dynamic-name",))]),
    ('exec("a" "b")', [("ab", ())]),
    ('K = {"x": ["p", "q"]}\ndef f(): exec(K["x"][1])', [("q", ())]),
    ('exec("%s%s" % ("a", "b"))', [("ab", ())]),
    ('exec("".join(reversed(["b","a"])))', [("ab", ("reverse",))]),
    ('exec(u"x")', [("x", ())]),
]


@pytest.mark.parametrize(("source", "expected"), VALUES)
def test_arguments_fold(source, expected):
    assert first_argument(source) == expected
