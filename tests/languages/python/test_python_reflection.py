"""Names and values that code reaches by detours: loops, tables, decorators, docstrings, loaded classes."""

from __future__ import annotations

import pytest
from python_facts import calls, facts, first_argument

SUBCLASSES = "().__class__.__base__.__subclasses__()"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os\nf = None\nwhile q:\n    if f: f('id')\n    f = os.system", "os.system"),
        ("import os\ndef g():\n    for i in q:\n        if i: f('id')\n        else: f = os.system", "os.system"),
        ("import os\nl = []\nl.append(os.system)\nl[0]('id')", "os.system"),
        ("import os\nl = [1]\nl.append(os.system)\nfor f in l: f('id')", "os.system"),
        ("import importlib\nimportlib.import_module(('a', 'os')[q]).system('id')", "os.system"),
        ("import os\ngetattr(os, ('system', 'popen')[q])('id')", "os.popen!"),
        ("import os\nfor _, n in (('x', 'system'), ('y', 'popen')): getattr(os, n)('id')", "os.popen!"),
        (f"for c in {SUBCLASSES}:\n    if c.__name__ == 'Popen': c(['id'])", "subprocess.Popen!"),
        (f"[c for c in {SUBCLASSES} if 'wrap_close' in str(c)][0].__init__.__globals__['system']('id')", "os.system!"),
        (f"{{c.__name__: c for c in {SUBCLASSES}}}['Popen'](['id'])", "subprocess.Popen!"),
        (f"{SUBCLASSES}[40]('id')", "builtins.object.__subclasses__()"),
        ("import os\nos.path.join.__globals__['os'].system('id')", "os.system!"),
        ("def f(): pass\nf.__globals__['__builtins__']['eval']('1')", "builtins.eval!"),
        ("import os\nC = type('C', (), {'run': os.system})\nC.run('id')", "os.system"),
        ("import logging.config as c\nc.dictConfig({'h': {'()': 'os.system', 'command': 'id'}})", "os.system"),
        ("class Boom(Exception): pass\ntry: raise Boom\nexcept Boom: pass", ".Boom"),
        ("x = fernet.Fernet\nimport fernet\nfernet.Fernet(q).decrypt(q)", "fernet.Fernet().decrypt"),
    ],
)
def test_calls_are_found(source, expected):
    assert expected in calls(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""print(1)"""\nexec(__doc__)', ("print(1)", ())),
        ('def f():\n    "print(1)"\nexec(f.__doc__)', ("print(1)", ())),
        ("import base64\n@exec\n@base64.b64decode\n@(lambda f: 'YWJj')\ndef f(): pass", (b"abc", ("base64",))),
        ("import codecs\nexec(codecs.getdecoder('base64')(b'YWJj')[0])", (b"abc", ("base64",))),
        ("import codecs\nexec(codecs.lookup('rot13').decode('nop')[0])", ("abc", ("rot13",))),
        ("exec(''.join(map(lambda c: chr(c - 7), [104, 105])))", ("ab", ("chr-table",))),
        ("t = ['b', 'a']\nt.append(t.pop(0))\nexec(t[0])", ("a", ())),
        ("t = ['b', 'a']\n(lambda l, n: [l.append(l.pop(0)) for _ in range(n)])(t, 3)\nexec(t[0])", ("a", ())),
        ("t = [1, 2]\nt.insert(0, 'a')\nt.reverse()\nexec(t[2])", ("a", ())),
    ],
)
def test_arguments_of_exec_are_known(source, expected):
    assert first_argument(source) == [expected]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("os.path.join('~', n)", ["~/a", "~/b"]),
        ("'/x/' + n", ["/x/a", "/x/b"]),
        ("f'{n}/x'", ["a/x", "b/x"]),
        ("'%s/x' % n", ["a/x", "b/x"]),
        ("'{}/x'.format(n)", ["a/x", "b/x"]),
        ("n.upper()", ["A", "B"]),
        ("n + '/' + q", ["a/\ufffc", "b/\ufffc"]),
        ("pathlib.Path.home() / n", ["~/a", "~/b"]),
    ],
)
def test_each_alternative_is_spelled(expression, expected):
    """A text made of one of a few constants is one of a few constants."""
    scope = facts(f"import os, pathlib\nfor n in ('a', 'b'): print({expression})").scopes[0]
    printed = next(node for node in scope.nodes if node.op == "call" and node.name == "builtins.print")
    phi = scope.nodes[printed.args[0].node]

    assert [scope.nodes[arg.node].value for arg in phi.args] == expected


def test_a_path_of_unknown_parts_keeps_the_known_ones():
    scope = facts("import os\nprint(os.path.join(os.path.expanduser('~'), n))").scopes[0]

    assert [node.value for node in scope.nodes if node.name == "os.path.join"] == ["~/\ufffc"]


def test_a_class_made_by_type_has_its_members():
    read = facts("C = type('C', (), {'run': lambda self: 1, 'x': 2})\nC().run()")

    assert [(scope.kind, scope.name) for scope in read.scopes if scope.kind == "class"] == [("class", "C")]
    assert ".<lambda@1>" in calls("C = type('C', (), {'run': lambda self: 1, 'x': 2})\nC().run()")


def test_definitions_in_a_loop_that_is_read_again_stay_one():
    source = "import os\nf = None\nfor i in q:\n    def g(): pass\n    h = lambda: 1\n    class D: pass\n"
    read = facts(source + "    if f: f('id')\n    f = os.system")

    assert [scope.name for scope in read.scopes] == ["", "g", "<lambda@5>", "D"]


def test_a_module_variable_that_a_function_sets_is_called_by_its_name():
    scope = facts("run = None\ndef f():\n    global run\n    run = work\nf()\nrun()").scopes[0]
    called = next(node for node in scope.nodes if node.op == "call" and not node.name)
    phi = scope.nodes[called.args[0].node]

    assert [scope.nodes[arg.node].name for arg in phi.args] == ["", ".run"]
