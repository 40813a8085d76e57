"""Tests of unpacking; `unpack.builders` is shared with the property tests."""
