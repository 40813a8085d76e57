"""What an API lets code do: the vocabulary, the maps from names to capabilities, and the classes of operands.

`vocabulary` documents every word, `mapfile` reads `languages/<language>/capabilities.map`, `classify` says what a path,
URL, command, variable or text is about. A capability describes; it never accuses.
"""
