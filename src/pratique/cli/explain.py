"""Explain a rule: what it does, why it matters, when it is innocent."""

from __future__ import annotations

import argparse
import difflib

from pratique.cli._output import add_output_options, style, write
from pratique.errors import UsageError

HELP = "explain a rule"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique explain`."""
    parser.add_argument("rule", metavar="RULE", help="the rule's id, as a review or `pratique rules` prints it")
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the rule's page without its examples."""
    from pratique.rules import load
    from pratique.rules.pages import prose

    rules = {rule.id: rule for rule in load()}
    wanted = args.rule.replace("_", "-")
    if wanted not in rules:
        near = difflib.get_close_matches(wanted, rules, n=3)
        hint = f"perhaps {', '.join(near)}" if near else "`pratique rules` lists them"
        raise UsageError(f"there is no rule {args.rule}", hint=hint)
    rule = rules[wanted]
    chosen = style(args)
    attack = ", ".join(rule.attack) or "none"
    weight = f"severity {rule.severity} · confidence {rule.confidence} · for {rule.audience}"
    marks = f"{weight} · {rule.category.replace('_', ' ')} · ATT&CK {attack} · since {rule.since}"
    lines = [f"{rule.id}: this package {rule.summary}", marks]
    for section in prose(wanted):
        lines += ["", f"\x1b[1m{section.heading}\x1b[0m" if chosen.color else section.heading, section.body.strip()]
    write("\n".join(lines) + "\n", args)
    return 0
