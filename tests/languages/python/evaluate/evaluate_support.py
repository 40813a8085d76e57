"""How the evaluator's tests ask it about a piece of source."""

import ast
import builtins

from pratique.languages.python.evaluate import UNKNOWN, Fuel, Known, ResolvedName, expression, loop, run_function

FUEL = 2_000_000
MODULES = {
    "ast", "base64", "binascii", "bz2", "codecs", "cryptography", "functools", "gzip", "hashlib", "html", "importlib",
    "itertools", "json", "lzma", "marshal", "math", "operator", "os", "pathlib", "quopri", "re", "string", "struct",
    "sys", "textwrap", "time", "urllib", "zlib", "Crypto",
}  # fmt: skip


def resolver(values=None):
    """Return a lookup of free names: given values, then builtins and modules by name."""
    values = values or {}

    def resolve(name):
        if name in values:
            return values[name]
        if name in MODULES:
            return Known(ResolvedName(name))
        return Known(ResolvedName(f"builtins.{name}")) if hasattr(builtins, name) else UNKNOWN

    return resolve


def evaluate(source, fuel=FUEL, **values):
    """Compute an expression; `values` are plain Python values of free names."""
    node = ast.parse(source, mode="eval").body
    return expression(node, resolver({key: Known(value) for key, value in values.items()}), Fuel(fuel))


def run(source, *args, fuel=FUEL, **values):
    """Call the first function that `source` defines."""
    node = ast.parse(source).body[0]
    return run_function(node, [Known(arg) for arg in args], {}, resolver(values), Fuel(fuel))


def run_loop(source, fuel=FUEL, **values):
    """Run statements over variables; return plain values."""
    found = loop(ast.parse(source).body, resolver(), Fuel(fuel), {key: Known(value) for key, value in values.items()})
    return found if found is UNKNOWN else {key: value.value for key, value in found.items()}
