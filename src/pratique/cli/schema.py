"""Print a JSON Schema: of what `pratique review` and `pratique diff` write as JSON, or of a rule file."""

from __future__ import annotations

import argparse
import json

from pratique.cli._output import add_output_options, write

HELP = "print the JSON Schema of reviews, comparisons or rules"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique schema`."""
    parser.add_argument(
        "what", nargs="?", choices=("review", "diff", "rule"), default="review", help="of what (default: review)"
    )
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    from pratique.report import difference, json_format
    from pratique.rules import jsonrule

    made = {"review": json_format.schema, "diff": difference.schema, "rule": jsonrule.schema}[args.what]()
    write(json.dumps(made, indent=2) + "\n", args)
    return 0
