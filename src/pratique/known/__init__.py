"""Fingerprints of code and an index of known malware: what an artifact shares with samples that were judged before.

`tokens` gives the normal form of code, `prints` its fingerprints, `minhash` compares and buckets them, `indicators`
finds addresses, wallets and tokens. All are pure functions of facts: stored facts of any release ever read can be
matched against tomorrow's index without its bytes.
"""

from __future__ import annotations
