# This runs on old interpreters too:
# ruff: noqa: UP031, UP036, PTH123, T201
"""Print marshalled code of the running interpreter for SOURCES, our own harmless text, as JSON of base64.

    for each interpreter:  pythonX.Y make_fixtures.py > X.Y.json
    then:                  python make_fixtures.py merge X.Y.json > fixtures.json

Runs on Python 2.7 too. Nothing that is compiled here is ever run.
"""

import base64
import json
import sys

CALLS = """
import os, sys
import xml.dom.minidom as md
from base64 import b64decode as dec, b64encode
from os.path import *
class Agent(object):
    limit = 1
    def __init__(self, a, b=3, *args, **kw):
        self.a = a
        self.rows = [i + 1 for i in args if i]
    @staticmethod
    def run(name):
        with open('/tmp/notes', 'w') as out:
            out.write("%s" % name)
        return os.system('echo ' + name)
def outer(p, q='d'):
    n = 0
    def inner(z):
        return p + z
    try:
        v = inner(q)
    except (ValueError, OSError) as e:
        print(str(e))
        v = None
    finally:
        n = 5
    for k, w in sorted(q):
        if k == 'b':
            continue
        elif w:
            n += w
        else:
            break
    while n < 10:
        n = n + 1
    return v if n else q
key = ''.join(chr(ord(c) ^ 1) for c in 'idmmn')
exec(dec('cHJpbnQoJ2hlbGxvJyk='))
home = os.environ.get('HOME') or 'x'
Agent(1, b=2, *[1, 2], **{'c': 3})
if __name__ == '__main__':
    outer(sys.argv[1])
pairs = dict((a, b) for a, b in zip('ab', [1, 2]))
last = lambda u, o=1: u[1:o]
os.getenv(key)
"""
MODERN = """
import asyncio, subprocess as sp
from . import util
from ..pkg.mod import thing as other
async def main(host, *, port=443):
    async with other(host) as session:
        async for row in session.rows(port):
            await util.send(f"http://{host}/{row!r}")
    return [await x for x in session]
def kw(**rest):
    global counter
    counter = 1
    def bump():
        nonlocal rest
        rest = {**rest, 'shell': True}
    return sp.run(['echo', 'hello'], check=False, **rest)
asyncio.run(main('198.51.100.7', port=80))
"""


def own():
    import marshal

    sources = {"calls": CALLS}
    if sys.version_info >= (3, 6):
        sources["modern"] = MODERN
    made = {}
    for name, text in sources.items():
        packed = marshal.dumps(compile(text, "pkg/origin.py", "exec"))
        made[name] = base64.b64encode(packed).decode("ascii")
    return {"%d.%d" % sys.version_info[:2]: made}


def merge(paths):
    found = {}
    for path in paths:
        with open(path) as file:
            found.update(json.load(file))
    return found


if __name__ == "__main__":
    result = merge(sys.argv[2:]) if sys.argv[1:2] == ["merge"] else own()
    print(json.dumps(result, indent=1, sort_keys=True))
