"""What CPython's parser refuses, read through the tree-sitter grammar and turned into the same `ast` nodes.

Python 2 statements become their Python 3 meaning: `print x` is a call of `print`, `exec code in ns` one of `exec`,
backticks one of `repr`. What is inside an error is kept as far as it has a shape. Nothing here recurses.
"""

from pratique.languages.python.grammar.whole import convert

__all__ = ["convert"]
