"""A bounded, pure, total evaluator over constants.

It computes what Python code would compute from values written in the file itself: nothing is imported, opened or run,
every step and every byte costs fuel, every size is checked before it is computed, and no input makes it raise.
"""

from pratique.languages.python.evaluate.calling import attribute, call, change, constant, is_pure, method
from pratique.languages.python.evaluate.collecting import CHANGES_FIRST
from pratique.languages.python.evaluate.execute import (
    attribute_of,
    call_on,
    call_with,
    comprehension,
    expression,
    finished_class,
    loop,
    operation,
    run_function,
)
from pratique.languages.python.evaluate.functions import docstring
from pratique.languages.python.evaluate.objects import (
    OWN,
    Frame,
    Instance,
    Method,
    OwnClass,
    is_callable,
    is_own,
    is_plain,
)
from pratique.languages.python.evaluate.operators import binop, compare, fstring, subscript, unary
from pratique.languages.python.evaluate.protocols import is_reflective
from pratique.languages.python.evaluate.values import (
    UNKNOWN,
    CodeBlob,
    Fuel,
    Held,
    Known,
    LocalFunction,
    PathText,
    ResolvedName,
    Result,
    State,
    copied,
)
from pratique.model import HOLE

__all__ = [
    "CHANGES_FIRST",
    "HOLE",
    "OWN",
    "UNKNOWN",
    "CodeBlob",
    "Frame",
    "Fuel",
    "Held",
    "Instance",
    "Known",
    "LocalFunction",
    "Method",
    "OwnClass",
    "PathText",
    "ResolvedName",
    "Result",
    "State",
    "attribute",
    "attribute_of",
    "binop",
    "call",
    "call_on",
    "call_with",
    "change",
    "compare",
    "comprehension",
    "constant",
    "copied",
    "docstring",
    "expression",
    "finished_class",
    "fstring",
    "is_callable",
    "is_own",
    "is_plain",
    "is_pure",
    "is_reflective",
    "loop",
    "method",
    "operation",
    "run_function",
    "subscript",
    "unary",
]
