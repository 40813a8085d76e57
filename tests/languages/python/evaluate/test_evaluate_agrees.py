"""Random expressions over constants: where the evaluator answers, its answer is Python's."""

import warnings

from evaluate_support import evaluate
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pratique.languages.python.evaluate import UNKNOWN

ATOMS = st.one_of(
    st.integers(-300, 300).map(repr),
    st.text("abcXYZ 019-_é", max_size=8).map(repr),
    st.binary(max_size=6).map(repr),
    st.booleans().map(repr),
    st.sampled_from(["[]", "()", "None", "[1, 2, 3]", "('a', 'b')", "{'a': 1}", "1.5", "range(4)"]),
)
TEMPLATES = [
    "({0} + {1})", "({0} * {1})" , "({0} % {1})", "({0} - {1})", "({0} // {1})", "({0} ^ {1})", "({0} & {1})",
    "({0} == {1})", "({0} < {1})", "({0} in {1})", "({0} and {1})", "({0} or {1})", "(not {0})", "(-{0})",
    "({0} if {1} else {0})", "[{0}, {1}]", "({0}, {1})", "{{'k': {0}}}['k']", "str({0})", "len({0})", "list({0})",
    "repr({0})", "({0})[{1}]", "({0})[1:]", "({0})[::-1]", "sorted({0})", "sum({0})", "bytes({0})", "chr({0})",
    "ord({0})", "hex({0})", "'-'.join({0})", "({0}).upper()", "({0}).replace('a', {1})", "({0}).split({1})",
    "({0}).encode()", "bytes({0}).decode()", "({0}).hex()",
    "(lambda v, w: f'{{v}}|{{w!r}}')({0}, {1})", "'%s,%r' % ({0}, {1})",
    "'{{}}{{!r}}'.format({0}, {1})", "[c for c in {0}]", "[c for c in {0} if c == {1}]", "list(map(str, {0}))",
    "list(zip({0}, {1}))", "(lambda v: [v, {1}])({0})", "max({0})", "int({0})", "bool({0})", "dict(zip({0}, {1}))",
    "list(enumerate({0}))", "tuple(reversed({0}))", "any({0})", "({0}).count({1})", "({0}).find({1})",
    "({0}).strip()", "abs({0})", "divmod({0}, {1})", "({0}).startswith({1})", "({0}).index({1})",
]  # fmt: skip
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.builds(lambda t, a, b: t.format(a, b), st.sampled_from(TEMPLATES), inner, inner),
    max_leaves=8,
)


@given(EXPRESSIONS)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_agrees_with_python(source):
    """An answer equals Python's in value and type; where Python raises there is none.

    A display around what raises is the exception: `len([0, 1 // 0])` is 2, for an unknown element leaves a hole.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = evaluate(source)
        try:
            expected = eval(source, {})
        except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError, AttributeError):
            assert found is UNKNOWN or found.holed or "," in source
            return
    if found is not UNKNOWN and not found.holed:
        assert repr(found.value) == repr(expected)


@given(st.text(max_size=60))
@example("\\A")
@settings(max_examples=200, deadline=None)
def test_never_raises(text):
    """Any text as an argument of any decoder gives an answer or UNKNOWN."""
    for source in ("base64.b64decode(t)", "codecs.decode(t, t)", "t.format(t, 1)", "t % (t, 1)", "json.loads(t)",
                   "ast.literal_eval(t)", "re.sub(t, t, t)", "struct.unpack(t, b'')", "t.encode(t)", "format(1, t)",
                   "html.unescape(t)", "urllib.parse.unquote(t)", "bytes.fromhex(t)"):  # fmt: skip
        evaluate(source, t=text)
