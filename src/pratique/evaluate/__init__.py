"""Measuring the engine: corpora in, recall per cluster, false alarms per project, cost and peers out.

`run` looks at artifacts in disposable children and keeps outcomes between runs; `figures.evaluate` counts.
No text of a malicious sample ever leaves a child: outcomes hold rule ids, levels, hashes and numbers.
"""

from __future__ import annotations
