"""Print a JSON Schema: of what commands write as JSON, of a rule file, or of what the dataset exchanges."""

from __future__ import annotations

import argparse
import json

from pratique.cli._output import add_output_options, write

HELP = "print the JSON Schema of reviews, comparisons, rules, labels, decisions …"
DATASET = (
    "label", "claim", "decision", "group", "sealed", "revealed", "dataset", "dataset-stats", "release",
)  # fmt: skip
"""Kept by `pratique.dataset.schemas`."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique schema`."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=("review", "diff", "gains", "rule", *DATASET),
        default="review",
        metavar="WHAT",
        help=f"review (the default), diff, gains (of lock --check), rule, {', '.join(DATASET)}",
    )
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    from pratique.report import difference, gains, json_format
    from pratique.rules import jsonrule

    if args.what in DATASET:
        from pratique.dataset.schemas import schemas

        made = schemas()[args.what]
    else:
        own = {"review": json_format, "diff": difference, "gains": gains, "rule": jsonrule}
        made = own[args.what].schema()
    write(json.dumps(made, indent=2) + "\n", args)
    return 0
