"""Building and measuring the index of known malware: sketches of samples, variants of them, false matches."""

from __future__ import annotations
