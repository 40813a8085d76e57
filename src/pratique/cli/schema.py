"""Print the JSON Schema of what `pratique review --format json` writes."""

from __future__ import annotations

import argparse
import json

from pratique.cli._output import add_output_options, write

HELP = "print the JSON Schema of the review envelope"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique schema`."""
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    from pratique.report.json_format import schema

    write(json.dumps(schema(), indent=2) + "\n", args)
    return 0
