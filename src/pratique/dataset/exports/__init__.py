"""What is published of a dataset: labels, claims, hashes and groups, never a byte of a sample. A module per form."""
