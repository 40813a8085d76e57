"""Building an index: sketches of samples in, an index out. The benign side is taken away with `Index.without`."""

from __future__ import annotations

from collections.abc import Iterable

from pratique.known.index import Index, Sample, front_ends, with_rows
from pratique.known.sketch import Sketch


def build(sketches: Iterable[Sketch], *, dataset: str, made: str) -> Index:
    """Return an index of the samples, in the order given: a key belongs to the first that has it.

    A key that several campaigns share stays with the first; how often it occurs says nothing about whose it is.
    """
    samples: list[Sample] = []
    exact: dict[bytes, int] = {}
    rows: list[tuple[bytes, bytes, bytes]] = []
    for number, one in enumerate(sketches):
        samples.append(Sample(sha256=one.sha256, campaign=one.campaign))
        for key in (*one.keys, *(code.key for code in one.codes)):
            exact.setdefault(key, number)
        rows += [(code.key, code.signature, code.core) for code in one.codes if code.signature]
    index = Index(front_ends=front_ends(), made=made, dataset=dataset, samples=tuple(samples), exact=exact)
    return with_rows(index, rows)
