"""From the entries outward: what runs when, by what path, and with which values."""

from pratique.reach.evidence import Reader
from pratique.reach.layers import FoundLayer
from pratique.reach.layers import find as find_layers
from pratique.reach.shipped import Shipped

__all__ = ["FoundLayer", "Reader", "Shipped", "find_layers"]
