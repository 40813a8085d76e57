"""The service's memory: what a registry announced, what was found in it, what people decided. Never loses a verdict.

`Store` holds the database and the vault of bytes; the modules beside it are functions over one open connection, so
that a caller decides what belongs into one transaction.
"""

from __future__ import annotations

from pratique.store.database import StoreError
from pratique.store.opened import Store, open_store

__all__ = ["Store", "StoreError", "open_store"]
