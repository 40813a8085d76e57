"""Print a JSON Schema: of what `pratique review --format json` writes, or of a rule file."""

from __future__ import annotations

import argparse
import json

from pratique.cli._output import add_output_options, write

HELP = "print the JSON Schema of reviews or rules"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique schema`."""
    parser.add_argument(
        "what", nargs="?", choices=("review", "rule"), default="review", help="of what (default: review)"
    )
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    from pratique.report import json_format
    from pratique.rules import jsonrule

    made = json_format.schema() if args.what == "review" else jsonrule.schema()
    write(json.dumps(made, indent=2) + "\n", args)
    return 0
