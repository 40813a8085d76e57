"""Work that a fresh interpreter finds by its name."""

import os

_PREPARED = []


def prepare():
    _PREPARED.append(True)


def shout(job, speaker):
    if job.data == b"exit":
        os._exit(3)
    assert _PREPARED
    limited = next(one.ok for one in speaker.achieved if "memory" in one.name)
    return job.data.upper() + f" limited: {limited}".encode()
