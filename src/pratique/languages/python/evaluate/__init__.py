"""A bounded, pure, total evaluator over constants.

It computes what Python code would compute from values written in the file itself: nothing is imported, opened or run,
every step and every byte costs fuel, every size is checked before it is computed, and no input makes it raise.
"""

from pratique.languages.python.evaluate.calling import attribute, call, constant, is_pure, method
from pratique.languages.python.evaluate.execute import call_with, comprehension, expression, loop, run_function
from pratique.languages.python.evaluate.expressions import bound_method
from pratique.languages.python.evaluate.operators import binop, compare, fstring, subscript, unary
from pratique.languages.python.evaluate.values import (
    UNKNOWN,
    CodeBlob,
    Fuel,
    Known,
    LocalFunction,
    PathText,
    ResolvedName,
    Result,
)
from pratique.model import HOLE

__all__ = [
    "HOLE",
    "UNKNOWN",
    "CodeBlob",
    "Fuel",
    "Known",
    "LocalFunction",
    "PathText",
    "ResolvedName",
    "Result",
    "attribute",
    "binop",
    "bound_method",
    "call",
    "call_with",
    "compare",
    "comprehension",
    "constant",
    "expression",
    "fstring",
    "is_pure",
    "loop",
    "method",
    "run_function",
    "subscript",
    "unary",
]
