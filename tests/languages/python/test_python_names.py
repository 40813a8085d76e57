"""Which names calls resolve to; `!` marks a name that was found dynamically."""

from __future__ import annotations

import pytest
from python_facts import calls

CALLS = [
    ("r = requests; import requests", []),
    ('import requests\nr = requests\np = r.post\np("x")', ["requests.post"]),
    ('__import__("os").system("x")', ["builtins.__import__!", "os.system!"]),
    ('import importlib\nimportlib.import_module("os").system("x")', ["importlib.import_module", "os.system"]),
    ('import importlib\nimportlib.import_module("o"+"s").system("x")', ["importlib.import_module!", "os.system!"]),
    ('globals()["ex"+"ec"]("x")', ["builtins.globals", "builtins.exec!"]),
    ('globals().get("exec")("x")', ["builtins.globals", "builtins.exec!"]),
    ('import os\nvars(os)["system"]("x")', ["builtins.vars", "os.system!"]),
    ('import os\nos.__dict__["system"]("x")', ["os.system!"]),
    ('import sys\nsys.modules["os"].system("x")', ["os.system!"]),
    ('__builtins__.exec("x")', ["builtins.exec"]),
    ('__builtins__["exec"]("x")', ["builtins.exec!"]),
    ('__builtins__.__dict__["exec"]("x")', ["builtins.exec!"]),
    ('import builtins\nbuiltins.exec("x")', ["builtins.exec"]),
    ('import builtins\ngetattr(builtins, "exec")("x")', ["builtins.exec!"]),
    ('import operator, os\noperator.attrgetter("system")(os)("x")', ["operator.attrgetter", "os.system!"]),
    ('import operator, os\noperator.methodcaller("system", "x")(os)', ["operator.methodcaller", "os.system!"]),
    ('import functools, os\np = functools.partial(os.system, "x")\np()', ["functools.partial", "os.system"]),
    (
        'import functools, os\np = functools.partial(os.system)\ndef f():\n    p("a")',
        ["functools.partial", "os.system"],
    ),
    ('import os\nd = {"a": os.system}\ndef f(): d["a"]("x")', ["os.system"]),
    ('import os\nd = {"a": os.system}\ndef f(k): d[k]("x")', ["os.system"]),
    ('import os\n[os.system][0]("x")', ["os.system"]),
    ('import os\nf = lambda x: os.system(x)\nf("x")', [".<lambda@2>", "os.system"]),
    ('import os, sys\na, b = os, sys\na.system("x"); b.exit()', ["os.system", "sys.exit"]),
    ('(lambda: exec)()("x")', [".<lambda@1>", "builtins.exec"]),
    ('T = type("", (), {})\nT()', ["builtins.type", "builtins.type()"]),
    ("try:\n    import a\nexcept ImportError:\n    import b as a\na.run()", ["a.run", "b.run"]),
    ("def f(g): g(1)", [""]),
    ('def f(v): getattr(v, "send")(1)', ["?.send!"]),
    ("import os\ndef f(v): getattr(os, v)(1)", ["builtins.getattr", ""]),
    ("def f(v): __import__(v).run(1)", ["builtins.__import__", "?.run"]),
    ('exec = print\nexec("x")', ["builtins.print"]),
    ('if c:\n    exec = None\nexec("x")', ["builtins.exec"]),
    ('import shutil\nshutil.os.system("x")', ["os.system"]),
    ("import asyncio\nasyncio.subprocess.create()", ["asyncio.subprocess.create"]),
    ("import socket\nwith socket.socket() as s:\n    s.connect(a)", ["socket.socket", "socket.socket().connect"]),
    ('import requests\nrequests.get("x").json()["a"].lower()', ["requests.get", "requests.get().json", "?.lower"]),
    (
        "import a\na.b().c().d().e().f().g().h().i()",
        [
            "a.b",
            "a.b().c",
            "a.b().c().d",
            "a.b().c().d().e",
            "a.b().c().d().e().f",
            "a.b().c().d().e().f().g",
            "a.b().c().d().e().f().g().h",
            "?.i",
        ],
    ),
    ("from .. import x\nx.go()", ["^^x.go"]),
    ("from . import y as z\nz.go()", ["^y.go"]),
    ('from os import *\nsystem("x")', ["os.*.system"]),
    ('from os import *\nfrom sys import *\nsystem("x")', ["os.*.system", "sys.*.system"]),
    ("class B:\n    def m(self): pass\nclass C(B):\n    def n(self): self.m(); self.q()", [".B().m", "?.q"]),
    (
        'import discord\nclass C(discord.Client):\n    def n(self): self.run("t"); super().close()\nC().login()',
        [".C", "discord.Client().login", "discord.Client().run", "builtins.super", "discord.Client().close"],
    ),
    (
        "class C:\n    def m(self): pass\n    @classmethod\n    def k(cls): cls().m(); cls.k()\nC().m()\nC.k()",
        [".C", ".C().m", ".C.k", ".C", ".C().m", ".C.k"],
    ),
    (
        'def f():\n    import requests\n    return requests.Session()\nf().post("x")',
        [".f", "requests.Session().post", "requests.Session"],
    ),
    (
        'import requests\ndef f():\n    return requests.Session()\nf().post("x")',
        [".f", "requests.Session().post", "requests.Session"],
    ),
    (
        'import requests\nS = requests.Session()\ndef f():\n    S.post("x")',
        ["requests.Session", "requests.Session().post"],
    ),
    (
        'import requests\ndef g():\n    global S\n    S = requests.Session()\ndef f():\n    S.post("x")',
        ["requests.Session", "requests.Session().post"],
    ),
    (
        'def outer():\n    import os\n    def inner():\n        os.system("x")\n    inner()',
        [".outer.inner", "os.system"],
    ),
    ('import os\nfor f in [os.system, os.popen]:\n    f("x")', ["os.system", "os.popen"]),
    ('import os\nfor k, f in {"a": os.system}.items():\n    f("x")', ["?.items", "os.system"]),
    ('import os\nfor i, f in enumerate([os.system]):\n    f("x")', ["builtins.enumerate", "os.system"]),
    ('import os\n[f("x") for f in (os.system,)]', ["os.system"]),
    ('import os\nlist(map(os.system, ["x"]))', ["builtins.map", "builtins.list"]),
    ('import os\n(os.system if c else os.popen)("x")', ["os.system", "os.popen"]),
    ('import os\n(x or os.system)("x")', ["os.system"]),
    ('eval("exec")("x")', ["builtins.eval", "builtins.exec!"]),
    ('eval("os.system")("x")', ["builtins.eval", ""]),
    ('import os\nx = os\ndel os\nx.system("a")', ["os.system"]),
    ('import os\ndef f(): os.system("x")\nf()\nos = None', [".f", "os.system"]),
    ('if (e := exec): e("x")', ["builtins.exec"]),
    ('import os\nmatch os:\n    case q: q.system("x")', ["os.system"]),
    ('import os.path as p\np.join("a","b")', ["os.path.join"]),
    ('import os.path\nos.path.join("a","b")', ["os.path.join"]),
    ("import a.b.c\na.b.c.d()", ["a.b.c.d"]),
    ('class C:\n    run = print\n    def m(self): self.run("x")', ["builtins.print"]),
    (
        'class C:\n    @property\n    def client(self):\n        return open("x")\n    def m(self): self.client.read()',
        ["builtins.open", "builtins.open().read"],
    ),
    (
        'async def f():\n    import aiohttp as a\n    async with a.ClientSession() as s:\n        await s.post("x").text()',
        ["aiohttp.ClientSession", "aiohttp.ClientSession().post", "aiohttp.ClientSession().post().text"],
    ),
    ('"a{}".format(f())', [""]),
    ("x = []\nx.append(1)", ["?.append"]),
    ('object.__getattribute__(__import__("os"), "system")("x")', ["builtins.__import__!", "os.system!"]),
    ("def f(*a, **k): print(*a, **k)", ["builtins.print"]),
    ('import os\ngetattr(os, "getuid", None)()', ["os.getuid!"]),
    (
        'import os\ngetattr(__import__("os"), bytes([115,121,115,116,101,109]).decode())("x")',
        ["builtins.__import__!", "builtins.bytes", "builtins.bytes().decode", "os.system!"],
    ),
    ('import os\nclass A:\n    f = os.system\nA.f("x")\nA().f("y")', ["os.system", ".A", "os.system"]),
]


@pytest.mark.parametrize(("source", "expected"), CALLS)
def test_calls_resolve(source, expected):
    assert calls(source) == expected
