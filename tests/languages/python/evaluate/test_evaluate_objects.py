# ruff: noqa: E501 - one program a line
"""Objects of the file under review: hostile ones end in UNKNOWN, quickly, and nothing is ever raised."""

import ast
import time

import pytest
from evaluate_support import resolver, run

from pratique.languages.python.evaluate import UNKNOWN, Fuel, Known, call, expression
from pratique.languages.python.lower import lower

FUEL = 300_000
ENDLESS = {
    "init": "class A:\n  def __init__(self): A()\n return A()",
    "getattr": "class A:\n  def __getattr__(self, n): return self.x\n return A().y",
    "getitem": "class A:\n  def __getitem__(self, i): return 'a'\n return ''.join(A())",
    "next": "class A:\n  def __iter__(self): return self\n  def __next__(self): return 'a'\n return list(A())",
    "iter": "class A:\n  def __iter__(self): return A()\n return list(A())",
    "call": "class A:\n  def __call__(self): return self()\n return A()()",
    "str": "class A:\n  def __str__(self): return str(self)\n return str(A())",
    "format": "class A:\n  def __format__(self, s): return f'{self}'\n return f'{A()}'",
    "add": "class A:\n  def __add__(self, o): return self + o\n return A() + 1",
    "radd": "class A:\n  def __radd__(self, o): return o + self\n return 1 + A()",
    "eq": "class A:\n  def __eq__(self, o): return self == o\n return A() == 1",
    "len": "class A:\n  def __len__(self): return len(self)\n return len(A())",
    "bool": "class A:\n  def __bool__(self): return bool(self) and 1\n return 1 if A() else 2",
    "contains": "class A:\n  def __contains__(self, o): return o in self\n return 1 in A()",
    "property": "class A:\n  @property\n  def v(self): return self.v\n return A().v",
    "setattr": "class A:\n  def __setattr__(self, n, v): self.x = v\n a = A()\n a.y = 1\n return a",
    "setname": "class D:\n  def __set_name__(self, o, n):\n   while 1: pass\n class A:\n  d = D()\n return 1",
    "subclass": "class A:\n  def __init_subclass__(cls):\n   while 1: pass\n class B(A): pass\n return 1",
    "decorator": "def d(g):\n  return d(g)\n @d\n def h(): return 1\n return h()",
    "exception": "while 1:\n  try:\n   raise ValueError\n  except ValueError:\n   pass",
    "reraise": "def g():\n  try:\n   g()\n  except ValueError:\n   g()\n  g()\n return g()",
    "with": "class A:\n  def __enter__(self):\n   with self as s: return s\n with A() as a:\n  return a",
    "match": "while 1:\n  match 1:\n   case 1: continue",
    "grows": "class A:\n  s = 'a'\n a = A()\n while 1: a.s = a.s + a.s\n return a.s",
    "list-of-self": "class A: pass\n a = A()\n while 1:\n  b = A()\n  b.a = a\n  a = b",
    "missing": "class A(dict):\n  def __missing__(self, k): return self[k]\n return A()[1]",
    "super": "class A:\n  def f(self): return super().f()\n class B(A):\n  def f(self): return super().f() + self.f()\n return B().f()",
    "send": "def g():\n  while 1:\n   x = yield 1\n h = g()\n while 1: h.send(1)",
    "partial": "import functools\n p = len\n for i in range(100000): p = functools.partial(p, 1)\n return p(1)",
    "heap": "import heapq\n h = []\n while 1: heapq.heappush(h, 1)",
    "buffer": "import io\n b = io.BytesIO()\n while 1: b.write(b'a' * 100000)",
    "hash": "import hashlib\n h = hashlib.md5()\n while 1: h.update(b'a' * 100000)",
    "defaultdict": "from collections import defaultdict\n d = defaultdict(list)\n i = 0\n while 1:\n  d[i].append(i)\n  i += 1",
    "deque": "from collections import deque\n d = deque('ab')\n while 1: d.extendleft(d)",
}  # fmt: skip
PATTERNS = [
    ("(a+)+$", "a" * 40 + "b"),
    ("(a|aa)+$", "a" * 40 + "b"),
    ("(.*)*x", "a" * 40),
    ("a*a*a*a*a*a*a*a*b", "a" * 2_000),
    ("(?:a?){60}a{60}", "a" * 60),
    ("(a{1,60}){1,60}b", "a" * 60),
    ("((a|b)|(a|b)c)*d", "ab" * 30),
    (r"(\w+)\s*=\s*(\w+)\s*;\s*$", "a " * 5_000),
    (r"(a)\1*\1*\1*b", "a" * 1_000),
    ("(?=(a+))a*b", "a" * 5_000),
    ("a" * 3_000, "a" * 100),
    ("[a-z]*[a-y]*[a-x]*[a-w]*1", "a" * 5_000),
    ("x*y*z*" * 10, "xyz" * 1_000),
]


@pytest.mark.parametrize("body", ENDLESS.values(), ids=list(ENDLESS))
def test_objects_without_end(body):
    """Classes that ask for themselves, and loops over objects, end with the fuel."""
    began = time.process_time()

    assert run(f"def f():\n {body}", fuel=FUEL) is UNKNOWN
    assert time.process_time() - began < 8


@pytest.mark.parametrize("name", ["sub", "findall", "search", "match", "split", "fullmatch", "finditer"])
@pytest.mark.parametrize(("pattern", "text"), PATTERNS)
def test_patterns_that_try_for_ever(name, pattern, text):
    """A pattern is run only within a bound that is known before."""
    began = time.process_time()
    args = (Known(pattern), Known(""), Known(text)) if name == "sub" else (Known(pattern), Known(text))
    call(f"re.{name}", args, {}, Fuel(FUEL))

    assert time.process_time() - began < 3


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*x", r"(a)\1*\1*b", "(?=(a+))a*b"])
def test_patterns_that_are_not_run(pattern):
    assert call("re.sub", (Known(pattern), Known(""), Known("aab")), {}, Fuel(FUEL)) is UNKNOWN


@pytest.mark.parametrize(
    "source",
    [
        "re.sub('..', lambda m: m.group() * 10**9, 'ab' * 1000)",
        "re.sub('', 'a' * 10**6, 'b' * 10**6)",
        "re.sub('.', lambda m: open(m.group()).read(), 'ab')",
        "re.compile('(')",
        "pickle.loads(b'cos\\nsystem\\n(S\"x\"\\ntR.')",
        "pickle.loads(b'(' * 100000)",
        "pickle.loads(b']' + b'(aa' * 50000 + b'.')",
        "pickle.loads(b'\\x80\\x04\\x95')",
        "marshal.loads(b'(' + b'\\xff\\xff\\xff\\x7f')",
        "marshal.loads(b')\\x01' * 100000 + b'N')",
        "csv.reader(['a' * 10**7])",
        "xml.etree.ElementTree.fromstring('<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>')",
        "xml.etree.ElementTree.fromstring('<a>' * 100000)",
        "tomllib.loads('a=' + '[' * 10000)",
        "array.array('I', b'a' * 7)",
        "struct.Struct('999999999x').pack()",
        "struct.iter_unpack('', b'')",
        "list(itertools.product(range(1000), repeat=20))",
        "list(itertools.permutations(range(1000)))",
        "list(itertools.takewhile(lambda x: True, itertools.count()))",
        "list(itertools.accumulate(['a'] * 10**6))",
        "list(itertools.accumulate(range(1000), lambda a, b: [a, a]))",
        "random.Random(1).randbytes(10**12)",
        "random.Random(1).choices('a', k=10**9)",
        "random.Random(1).getrandbits(10**12)",
        "decimal.Decimal('1e999999999')",
        "fractions.Fraction('1e999999')",
        "uuid.UUID(int=10**100)",
        "zlib.decompressobj(zdict=b'x').decompress(b'x')",
        "lzma.decompress(b'x', format=3, filters=[{'id': 33, 'dict_size': 4000000000}])",
        "textwrap.wrap('a ' * 10**6, 1)",
        "operator.itemgetter(slice(0, 10**9))('a')",
    ],
)
def test_hostile_values(source):
    """What cannot be known, or not within the limits, is not, and no time is lost over it."""
    began = time.process_time()
    names = ("re", "pickle", "marshal", "csv", "xml", "tomllib", "array", "struct", "itertools", "random", "decimal",
             "fractions", "uuid", "zlib", "lzma", "textwrap", "operator")  # fmt: skip
    from pratique.languages.python.evaluate import ResolvedName

    known = {name: Known(ResolvedName(name)) for name in names}
    look_up = resolver()
    node = ast.parse(source, mode="eval").body
    found = expression(node, lambda name: known.get(name) or look_up(name), Fuel(FUEL))

    assert time.process_time() - began < 5
    assert found is UNKNOWN or not hasattr(found.value, "__len__") or len(found.value) <= 1 << 20


def test_no_object_shows_its_address():
    """The text of our own objects never becomes a value."""
    for shown in ("str([f])", "repr((f,))", "'%s' % (f,)", "f'{[f]}'", "'{}'.format([f])", "str(f)", "f'{f}'"):
        assert run(f"def g():\n class A: pass\n f = A()\n return {shown}") is UNKNOWN
        assert run(f"def g():\n f = lambda: 1\n return {shown}") is UNKNOWN


def test_a_state_goes_on_where_it_surely_does():
    """A call at the top changes the object for the next one; a run of a function has an object of its own."""
    source = "class C:\n def __init__(self): self.n = 0\n def up(self):\n  self.n += 1\n  return self.n\nc = C()\n"
    text = f"{source}a = c.up()\nb = c.up()\ndef f(): return c.up() * 10 + c.up()\nx = f()\ny = f()\nz = c.up()\n"
    nodes = lower(ast.parse(text), text).scopes[0].nodes
    stored = {node.name: nodes[node.args[0].node].value for node in nodes if node.op == "store"}

    assert {name: stored[name] for name in (".a", ".b", ".x", ".y", ".z")} == {
        ".a": 1, ".b": 2, ".x": 34, ".y": 34, ".z": 3,
    }  # fmt: skip


CLASS = """class C:
 def __init__(self, key='k'):
  self.key, self.url, self.rows = key, 'u', []
 def set(self, url):
  self.url = url
  self.rows.append(url)
"""


@pytest.mark.parametrize(
    ("use", "attribute", "known"),
    [
        ("c = C()\ndef f(): return c.ATTR", "key", True),
        ("c = C()\ndef f(): return c.ATTR", "url", False),
        ("c = C()\ndef f(): return len(c.ATTR)", "rows", False),
        ("c = C()\nc.set(input())\ndef f(): return c.ATTR", "key", True),
        ("c = C()\nc.set(input())\nx = c.ATTR", "url", False),
        ("c = C()\nhelp(c)\nx = c.ATTR", "url", False),
        ("c = C()\nhelp(c)\nx = c.ATTR", "key", True),
        ("import io\nb = io.StringIO()\nhelp(b)\nx = b.getvalue()", "", False),
        ("import io\nb = io.StringIO()\ndef f(): return b.getvalue()", "", False),
        ("import io, sys\nb = io.StringIO()\nsys.stdout = b\nx = b.getvalue()", "", False),
        ("import io\nb = io.StringIO()\nfor i in input():\n b.write(i)\nx = b.getvalue()", "", False),
        ("import io\nb = io.StringIO()\nif input():\n b.write('i')\nx = b.getvalue()", "", False),
        ("import hashlib\nh = hashlib.md5()\nh.update(input())\nx = h.hexdigest()", "", False),
        ("import hashlib\nh = hashlib.md5()\nh.update(b'a')\nx = h.hexdigest()", "", True),
    ],
)
def test_what_changes_elsewhere_is_not_known(use, attribute, known):
    """What a function sets later, or someone unknown may fill, is never taken for what it was at first."""
    text = CLASS + use.replace("ATTR", attribute) + "\n"
    scopes = lower(ast.parse(text), text).scopes
    ends = [(one, node) for one in scopes for node in one.nodes if node.name == ".x" or node.op == "return"]
    scope, node = ends[-1]

    assert scope.nodes[node.args[0].node].known is known


@pytest.mark.parametrize("body", ENDLESS.values(), ids=list(ENDLESS))
def test_modules_without_end(body):
    """The same at the top of a module: lowering comes to an end."""
    began = time.process_time()
    text = "def f():\n " + body + "\nx = f()\nexec(x)\n"
    lower(ast.parse(text), text)

    assert time.process_time() - began < 12
