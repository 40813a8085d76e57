"""The datasheet that goes with every release (after Gebru et al., Datasheets for Datasets, CACM 64/12, 2021)."""

from __future__ import annotations

from pratique.dataset import tables
from pratique.dataset.place import Summary
from pratique.dataset.stats import Stats

_PAGE = """\
# Labels of malicious package releases, {version}

Released {day} under CC-BY-4.0: labels, hashes, capabilities, flows and groups. No code and no sample is in here.
Attribution: "Pratique malware labels {version}", and the sources named below; **credit kam193** where it is a reporter.

| file | schema | what |
|---|---|---|
| `labels.jsonl`, `labels.parquet` | `schema/pratique-label-1.json` | one row per file of a version |
| `claims.jsonl` | `schema/pratique-claim-1.json` | every statement behind them, also those taken back |
| `groups.jsonl` | `schema/pratique-group-1.json` | clusters and campaigns with members; ids stay |
| `sealed.jsonl` | `schema/pratique-sealed-1.json` | commitments to {sealed} labels that are shown later |
| `osv/` | OSV 1.7 | a report for each project, with an id where OSSF gave one |
| `stats.json`, `stats.svg` | `schema/pratique-dataset-stats-1.json` | the figures below |
| `croissant.json` | Croissant 1.0 | the columns, for loaders |
| `CHANGELOG.md`, `release.json` | `schema/pratique-release-1.json` | what flipped; hashes and the digest |

![when, by which way in, and how few hands](stats.svg)

## Motivation
To build and to measure detectors of malicious packages on labels whose origin, date and strength are known, grouped so
that near-duplicates are never on both sides of a split.

## Composition
```text
{figures}```
A label is *gold* when two reporters or two reviewers say so, nobody contradicts, and no source doubts its own word.
`proposal` is what Pratique's engine {engine} says: **a proposal, not ground truth**; tools that share its ideas must
not be measured against it. Groups: `{algorithm}`. Split: `{split}`; a campaign is never cut in two.

## Collection
| source | licence of its statements | its bytes may be handed on | samples | claims | left out |
|---|---|---|---|---|---|
{sources}

Dates are the sources' own; `times.first_seen_basis` says whose clock each is. Dates of archive members can be forged.

## Recommended use
Report recall per campaign (macro), per harm tier and per trigger; never split at random; never use size, version, name
or date as features; leave out what the measured tool itself contributed (`witnesses[].reporter`).

## What it is not
- Recall on it says nothing about what nobody has found. Sources overlap little, and each misses much.
- Proofs of concept and hollow packages are in it, marked by `ruling.intent` and `ruling.harm_tier`.
- A claim on a name alone labels nothing here, although most public reports are of that kind.
- Benign packages are not part of it.

## People and secrets
Indicators are defanged; tokens are replaced by `<token>` and a digest. Names of packages and files are the attackers'
words. Who finds their own data or an honest project in it writes to the address in SECURITY.md: takedown is in
docs/access.md.

## Maintenance
A release never changes. What is found wrong is disputed or withdrawn in the next one and stays visible in `history`.
"""


def datasheet(summary: Summary, figures: Stats, version: str, day: str, sealed: int) -> str:
    """Return the README.md of a release."""
    rows = (
        f"| {one.source} | {one.licence} | {'yes' if one.redistributable else 'no: hashes only'} "
        f"| {one.samples} | {one.claims} | {one.left_out} |"
        for one in summary.sources
    )
    return _PAGE.format(
        version=version,
        day=day,
        sealed=sealed,
        figures=tables.full(figures),
        engine=summary.engine,
        algorithm=summary.algorithm or "none",
        split=summary.split or "none",
        sources="\n".join(rows),
    )
