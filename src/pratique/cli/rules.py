"""List the rules: what a package may do that someone should know."""

from __future__ import annotations

import argparse
import json

from pratique.cli._output import add_output_options, style, write

HELP = "list the rules"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique rules`."""
    parser.add_argument(
        "--format",
        "-f",
        choices=("text", "json"),
        default="text",
        help="text, or the rules as JSON (schema pratique-rule/1)",
    )
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print one line per rule, or all rules as JSON."""
    from pratique.rules import jsonrule, load

    if args.format == "json":
        write(json.dumps([json.loads(jsonrule.to_json(rule)) for rule in load()], indent=2) + "\n", args)
        return 0
    chosen = style(args)
    rows = []
    for rule in load():
        row = f"{rule.id:<44} {rule.severity:<9} {rule.confidence:<7} {rule.audience:<11} {rule.summary}"
        rows.append(row[: chosen.width] if chosen.width else row)
    head = f"{'this package may …':<44} {'severity':<9} {'sure':<7} {'audience':<11} summary"
    write("\n".join([head, *rows, "", f"{len(rows)} rules; `pratique explain RULE` says what one means"]) + "\n", args)
    return 0
