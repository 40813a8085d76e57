"""Calibrating the verdict: what fired and when, fitted to development outcomes; what ships is a readable table.

Malware `train` and one half of the benign projects (by the hash of their names) fit; malware `dev` and the other half
set thresholds. A feature is a rule that fired, and that it fired unattended: never size, version, shape of a name,
description or the archive's format. The libraries that fit are the extra `train`; judging needs none of them.
"""

from __future__ import annotations
