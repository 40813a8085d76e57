"""Injected releases: inert attack shapes of our own, grafted into clean projects in memory, the clean ones as base.

Hosts are under `.invalid` or in documentation ranges, hidden code decodes to the shapes below; nothing is ever run.
"""
