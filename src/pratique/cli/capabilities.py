"""List the vocabulary: capabilities, operand classes, traits, triggers."""

from __future__ import annotations

import argparse

from pratique.cli._output import add_output_options, write

HELP = "list the capability vocabulary"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique capabilities`."""
    parser.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="one word of the vocabulary, or the start of one"
    )
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print each word with its line of documentation and the names that others use for it."""
    from pratique.capabilities.vocabulary import render_text

    write(render_text(args.name), args)
    return 0
