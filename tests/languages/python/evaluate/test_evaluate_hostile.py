"""Hostile inputs end in UNKNOWN, quickly, in little memory, and nothing is ever raised."""

import ast
import bz2
import gzip
import lzma
import time
import tracemalloc
import zlib

import pytest
from evaluate_support import evaluate, run, run_loop

from pratique.languages.python.evaluate import UNKNOWN, Fuel, Known, LocalFunction, ResolvedName, call, run_function

BOMB = zlib.compress(bytes(200 << 20), 9)
BOMBS = {
    "zlib.decompress": BOMB,
    "gzip.decompress": gzip.compress(bytes(100 << 20)),
    "bz2.decompress": bz2.compress(bytes(100 << 20)),
    "lzma.decompress": lzma.compress(bytes(100 << 20)),
}

HOSTILE = """
'a' * 10**12
10**12 * 'a'
[0] * 10**9
'a' * 10**7 * 10**7
9**9**9
9**9**9**9
2**10**9
1 << 10**9
1 << 10**30
(1 << 8000000) * (1 << 8000000)
pow(2, 10**9)
pow(3, 10**4000, 10**4000)
'%999999999d' % 1
'%.999999999f' % 1.0
'%*d' % (10**9, 1)
'%(x)999999999s' % {'x': 1}
'{:>9999999999}'.format(1)
'{:{w}}'.format(1, w=10**10)
f'{1:999999999}'
f'{1:{10**9}}'
format(1, '999999999')
'a'.ljust(10**10)
'a'.center(10**10)
'1'.zfill(10**10)
'\\t'.expandtabs(10**10)
'a'.replace('a', 'b' * 10**6).replace('b', 'c' * 10**6)
'ab'.join(['x' * 10**6] * 10**5)
bytes(10**12)
bytearray(10**12)
list(range(10**12))
sum(range(10**12))
max(range(10**12))
[x for x in range(10**12)]
[x for x in range(10**5) for y in range(10**5)]
''.join('a' for _ in range(10**12))
dict(enumerate(range(10**12)))
sorted(range(10**12))
(1).to_bytes(10**10, 'big')
int('9' * 10**6)
str(10**5000)
10**10**6 // 3
math.factorial(10**9)
itertools.repeat('a', 10**12)
list(itertools.repeat('a', 10**12))
list(filter(None, itertools.cycle([0])))
list(zip(itertools.cycle([0]), itertools.count()))
list(itertools.islice(itertools.cycle('a'), 10**12))
struct.pack('999999999x')
struct.unpack('999999999s', b'')
json.loads('[' * 100000)
ast.literal_eval('[' * 100000)
ast.literal_eval('-' * 1000000 + '1')
json.loads('9' * 100000)
json.dumps('a', indent=10**9)
hashlib.pbkdf2_hmac('sha256', b'a', b'b', 10**12)
textwrap.dedent(' ' * 10**8)
('a' * 10**7).encode('punycode')
('\\xe9' * 10**6).encode('idna')
b'-' * 10**5 + b'a'
(lambda f: f(f))(lambda f: f(f))
(lambda x: x(x))(lambda x: [x(x), x(x)])
reversed(range(10**12))
list(map(lambda x: x, range(10**12)))
functools.reduce(lambda a, b: a * b, range(1, 10**6))
functools.reduce(lambda a, b: a + a, range(100), 'a')
functools.reduce(lambda a, b: [a, a], range(100), [])
repr(functools.reduce(lambda a, b: [a, a], range(60), []))
str(functools.reduce(lambda a, b: (a,), range(5000), ()))
hash(functools.reduce(lambda a, b: (a,), range(5000), ()))
{functools.reduce(lambda a, b: (a,), range(5000), ()): 1}
functools.reduce(lambda a, b: (a,), range(5000), ()) == 1
functools.reduce(lambda a, b: zip(a), range(5000), 'a')
functools.reduce(lambda a, b: map(chr, a), range(5000), [1])
round(1.5, 10**9)
round(10**100, -10**9)
re.sub('(a+)+$', '', 'a' * 100000)
re.findall('x*', 'a' * 10**7)
urllib.parse.unquote('%61' * 10**7)
'a' in ('a' * 10**7 + 'b') * 10**7
'x'.translate({120: 'y' * 10**7}) * 10**3
"".join(["a" * 10**6 for _ in range(10**6)])
codecs.decode('a' * 10**9, 'rot13')
[[[[0] * 1000] * 1000] * 1000] * 1000
next(itertools.dropwhile(lambda x: True, itertools.count()))
any(x < 0 for x in itertools.count())
all(itertools.count(1))
min(itertools.count())
set(range(10**10))
tuple(itertools.cycle('a'))
(*range(10**12),)
(*range(10**7),)
{**{i: i for i in range(10**7)}}
'{0[0][0][0][0]}'.format('a')
'%s' * 10**6 % (('x' * 10**6,) * 10**6)
'{}' * 200000
divmod(10**10**6, 3**10**5)
1.0 ** 10**400
-1 ** 0.5
(-8) ** (1 / 3)
10.0 ** 1000
int(1e400)
float('1' * 10**6)
chr(10**10)
'a'[10**30]
'a'[::10**30]
'abc'[::0]
range(1, 2, 0)
b'a'.hex(':', 10**9)
""".strip().splitlines()


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_expressions(source):
    """Nothing raises, and every result is small."""
    began = time.process_time()
    found = evaluate(source, fuel=300_000)

    assert time.process_time() - began < 5
    assert found is UNKNOWN or not hasattr(found.value, "__len__") or len(found.value) <= 64 << 20


@pytest.mark.parametrize(
    "source", ["'a' * 10**12", "9**9**9", "1 << 10**9", "'%999999999d' % 1", "'{:>9999999999}'.format(1)"]
)
def test_the_plainest_bombs(source):
    """The classic ones are UNKNOWN."""
    assert evaluate(source) is UNKNOWN


@pytest.mark.parametrize(("name", "data"), BOMBS.items(), ids=list(BOMBS))
def test_zip_bombs(name, data):
    """Inflating stops at the cap, not after it."""
    tracemalloc.start()
    found = call(name, (Known(data),), {}, Fuel(10**9))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found is UNKNOWN
    assert peak < 160 << 20


def test_many_small_members():
    """A file of very many gzip members costs fuel, not time squared."""
    assert call("gzip.decompress", (Known(gzip.compress(b"", mtime=0) * 200_000),), {}, Fuel(500_000)) is UNKNOWN


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n while True:\n  pass",
        "def f():\n return f()",
        "def f(n=0):\n return f(n + 1) + f(n + 2)",
        "def f():\n x = 'a'\n while True:\n  x += x",
        "def f():\n x = []\n while True:\n  x.append(x)",
        "def f():\n x = [0]\n for y in x:\n  x.append(y)",
        "def f():\n x = {}\n i = 0\n while True:\n  x[i] = i\n  i += 1",
        "def f():\n while True:\n  yield 1",
        "def f():\n x = 3\n while True:\n  x = x * x",
        "def f():\n x = []\n for i in range(200000):\n  x = [x]\n return x",
        "def f():\n x = ()\n for i in range(200000):\n  x = (x,)\n return {x: 1}",
        "def f():\n for a in range(9**9):\n  for b in range(9**9):\n   pass",
        "def f():\n x = 'a'\n for i in range(100):\n  x = x.replace('a', 'aa')\n return x",
        "def f():\n x = b'a'\n for i in range(100):\n  x = x.join([x, x])\n return x",
    ],
)
def test_hostile_functions(source):
    """Endless loops, endless recursion and growing values end in UNKNOWN."""
    began = time.process_time()
    node = ast.parse(source).body[0]
    found = run(source, fuel=300_000, f=Known(LocalFunction(node)))

    assert found is UNKNOWN
    assert time.process_time() - began < 8


def test_deep_expressions():
    """Depth is limited explicitly; chains that nest to the left are not deep."""
    assert evaluate("+".join(["'a'"] * 900)).value == "a" * 900
    assert evaluate("[" * 80 + "]" * 80).value != UNKNOWN
    assert evaluate("(" * 80 + "1" + ")" * 80).value == 1
    node = ast.parse("1", mode="eval").body
    for _ in range(5_000):
        node = ast.UnaryOp(op=ast.USub(), operand=node)
    from pratique.languages.python.evaluate import expression

    assert expression(node, lambda _name: UNKNOWN, Fuel(10**6)) is UNKNOWN


def test_depth_does_not_depend_on_the_caller():
    """The same input gives the same answer from a deep stack."""
    node = ast.parse("def f(n):\n return 0 if n == 0 else 1 + f(n - 1)").body[0]
    names = {"f": Known(LocalFunction(node))}

    def ask(depth, n):
        if depth:
            return ask(depth - 1, n)
        return run_function(node, [Known(n)], {}, lambda name: names.get(name, UNKNOWN), Fuel(10**6))

    for n in (5, 10, 15, 20, 40, 100):
        assert ask(0, n) == ask(250, n)


def test_fuel_is_spent_and_shared():
    """An exhausted tank answers UNKNOWN to everything and says so."""
    fuel = Fuel(3)

    assert not fuel.exhausted
    assert call("base64.b64decode", (Known("aGk=" * 1000),), {}, fuel) is UNKNOWN
    assert fuel.exhausted
    assert call("builtins.len", (Known("a"),), {}, fuel) is UNKNOWN


def test_what_callers_hold_is_never_changed():
    """Lists and dictionaries that lowering hands in stay as they are."""
    mine = [[1], {"a": [2]}]
    source = "def f(x):\n x.append(3)\n x[0].append(4)\n x[1]['a'] = 5\n return x"

    assert run(source, mine).value == [[1, 4], {"a": 5}, 3]
    assert mine == [[1], {"a": [2]}]
    assert run_loop("for i in [1]:\n x.append(i)", x=mine)["x"] == [[1], {"a": [2]}, 1]
    assert mine == [[1], {"a": [2]}]


@pytest.mark.parametrize(
    "name", ["os.system", "subprocess.run", "builtins.open", "builtins.exec", "pickle.loads", "socket.socket"]
)
def test_impure_names_are_never_called(name):
    """A name that is not in the tables is not looked up anywhere."""
    assert call(name, (Known("x"),), {}, Fuel(100)) is UNKNOWN
    assert call("builtins.map", (Known(ResolvedName(name)), Known(["x"])), {}, Fuel(100)) is UNKNOWN


def test_nothing_is_imported(monkeypatch):
    """Codec and module names from the input import nothing."""
    import builtins

    seen = []
    real = builtins.__import__

    def watch(name, *rest):
        seen.append(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", watch)
    evaluate("codecs.decode(b'a', 'antigravity')")
    evaluate("__import__('antigravity')")
    evaluate("b'a'.decode('this')")
    run("def f():\n import antigravity\n from this import x\n return 1")

    assert not {"antigravity", "this", "encodings.this", "encodings.antigravity"} & set(seen)
