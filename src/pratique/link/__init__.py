"""Facts of all files of an artifact, joined: names across modules, who calls whom, where values come from."""

from pratique.link.calls import CallGraph, Edge, Linker
from pratique.link.computed import Computed
from pratique.link.growth import grow
from pratique.link.names import HUB_LIMIT, Names, Target
from pratique.link.objects import Objects
from pratique.link.program import Program, Ref, Unit, build
from pratique.link.shared import place
from pratique.link.values import FUEL, Values
from pratique.link.walks import Leaf, Walk

__all__ = [
    "FUEL",
    "HUB_LIMIT",
    "CallGraph",
    "Computed",
    "Edge",
    "Leaf",
    "Linker",
    "Names",
    "Objects",
    "Program",
    "Ref",
    "Target",
    "Unit",
    "Values",
    "Walk",
    "build",
    "grow",
    "place",
]
