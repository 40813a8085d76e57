"""The dataset of known malware: sources, vault, labels, clusters, splits and releases.

Sample bytes live in the vault only, encrypted. Everything else here is about them: who says what of which file, since
when, and what became of it. Labels attach to a version's file by its SHA-256, never to a name alone, and are never
deleted: they are asserted, disputed, withdrawn.
"""
