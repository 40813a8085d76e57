"""Every problem that unpacking can report: code, severity, one sentence. docs/problems.md is rendered from here.

Any package may own codes of its own in a tuple of the same shape, called `PROBLEMS`, next to what reports them.
"""

from __future__ import annotations

from collections.abc import Iterable

from pratique.model import ProblemSeverity

Code = tuple[str, ProblemSeverity, str]
"""(code, severity, sentence)."""

PROBLEMS: tuple[Code, ...] = (
    # The artifact as a whole.
    ("not-an-archive", "fatal", "No container format is recognised in the bytes."),
    ("nothing-read", "fatal", "The container has no member that could be read."),
    ("empty-archive", "odd", "The container is well-formed and has no files."),
    ("budget-compressed", "fatal", "The container is larger than the budget allows."),
    ("budget-members", "odd", "There are more members than the budget allows; the rest was not read."),
    ("budget-inflated", "odd", "The contents inflate to more than the budget allows; the rest was not read."),
    ("bomb", "hostile", "A small input inflates beyond any honest ratio; it was refused."),
    ("member-too-large", "info", "A member is too large to be resident; it was hashed, not read; if native, in part."),
    ("nesting-too-deep", "odd", "An archive lies deeper than the budget allows; it was not opened."),
    ("nested-too-large", "info", "A nested archive is larger than what may be resident; it was not opened."),
    ("extension-mismatch", "odd", "The file name promises another format than the content has."),
    ("polyglot", "hostile", "The same bytes are a container in more than one format; all were analysed."),
    ("reader-failed", "odd", "Our own reader failed on this container; what it had read so far is listed."),
    # Names and links.
    ("name-empty", "odd", "A member has no name."),
    ("name-parent", "hostile", "A name has a `..` part."),
    ("name-absolute", "hostile", "A name is absolute."),
    ("name-drive", "hostile", "A name starts with a drive letter."),
    ("name-nul", "hostile", "A name has a NUL: some readers stop there, some do not."),
    ("name-backslash", "odd", "A name has a backslash, which separates folders on Windows only."),
    ("name-control", "odd", "A name has a control character."),
    ("name-bidi", "hostile", "A name has a character that reverses the direction of text."),
    ("name-invisible", "odd", "A name has an invisible character."),
    ("name-undecodable", "odd", "A name is not valid in its declared encoding."),
    ("name-long", "odd", "A name or one of its parts is longer than file systems allow."),
    ("name-trailing", "odd", "A name has a part that ends in a dot or space, which Windows drops."),
    ("name-case-collision", "info", "Two names differ in case only."),
    ("name-unicode-collision", "odd", "Two names are equal once Unicode is normalised."),
    ("name-file-and-folder", "odd", "A name is a file and also a folder of other members."),
    ("duplicate-same", "info", "A name appears twice with equal content."),
    ("duplicate-differs", "hostile", "A name appears twice with different content: readers differ in which one wins."),
    ("link", "info", "A member is a link."),
    ("link-outside", "odd", "A link points out of the archive."),
    ("through-link", "hostile", "A member's path leads through a link."),
    ("device", "odd", "A member is a device, a pipe or a socket."),
    ("directory-with-data", "hostile", "A folder entry carries data."),
    # zip.
    ("zip-no-end", "hostile", "There is no end-of-directory record; members were read from their local headers."),
    ("zip-several-ends", "hostile", "There are several end-of-directory records: readers differ in which they take."),
    ("zip-directory-missing", "hostile", "The directory is not where the end record says."),
    ("zip-directories-differ", "hostile", "The end record's fields lead to more than one directory."),
    ("zip-directories-many", "hostile", "There are more directories than any reader would read; not all were."),
    ("zip-directory-stray", "hostile", "Directory records lie where no end record points to."),
    ("zip-directory-count", "hostile", "Number or size of the directory records is not what the end record says."),
    ("zip64-mismatch", "hostile", "A zip64 value contradicts the plain one."),
    ("zip-multidisk", "odd", "The archive claims to span several disks."),
    ("zip-local-only", "hostile", "A member has a local header and no directory record."),
    ("zip-central-only", "hostile", "A directory record points to no local header."),
    ("zip-member-inside", "hostile", "A directory record points into bytes that belong to something else."),
    ("zip-overlap", "hostile", "Two members share the same bytes."),
    ("zip-names-differ", "hostile", "The local header and the directory name a member differently."),
    ("zip-unicode-path", "hostile", "A Unicode path field names the member differently from its header."),
    ("zip-unicode-name", "info", "A Unicode path field spells a name that the header's encoding cannot."),
    ("zip-headers-differ", "hostile", "The local header and the directory describe a member differently."),
    ("zip-flags-differ", "odd", "The local header and the directory differ in flags that do not change the content."),
    ("zip-crc-wrong", "hostile", "The content does not have the declared CRC."),
    ("zip-size-wrong", "hostile", "The content does not have the declared size."),
    ("zip-slack", "odd", "Compressed data ends before the declared size does; the rest is hidden."),
    ("zip-descriptor", "odd", "A data descriptor is missing or disagrees with the content."),
    ("zip-corrupt", "odd", "A member's compressed data cannot be inflated."),
    ("zip-truncated", "odd", "A member reaches beyond the end of the file."),
    ("zip-encrypted", "odd", "A member is encrypted."),
    ("zip-method", "odd", "A member is compressed by a method that we do not know."),
    ("zip-prepended", "odd", "Bytes lie before the first member."),
    ("zip-prepended-program", "info", "A program or script line lies before the first member, as in zipapps."),
    ("zip-embedded", "info", "A zip lies at the end of a file of another format."),
    ("zip-gap", "odd", "Bytes between the records belong to nothing."),
    ("zip-trailing", "odd", "Bytes lie after the end record."),
    ("zip-zeros", "info", "Zero bytes pad the archive."),
    ("zip-comment", "info", "The archive has a comment."),
    # Compressed streams.
    ("stream-corrupt", "odd", "The compressed stream breaks; what came before was read."),
    ("stream-truncated", "odd", "The compressed stream stops early; what came before was read."),
    ("stream-crc-wrong", "odd", "The stream's checksum or size is wrong."),
    ("stream-several", "info", "Several compressed streams follow each other."),
    ("stream-several-tar", "odd", "A tar spans several compressed streams, of which some readers see only the first."),
    ("stream-trailing", "odd", "Bytes lie after the compressed stream."),
    ("stream-zeros", "info", "Zero bytes follow the compressed stream."),
    ("stream-skippable", "info", "A skippable frame carries bytes that decompressors ignore."),
    # tar.
    ("tar-checksum", "hostile", "A header has a wrong checksum: some readers stop there, some go on."),
    ("tar-number", "hostile", "A number field is written in a way that readers parse differently."),
    ("tar-sizes-differ", "hostile", "Two fields give different sizes: readers disagree on where the next member is."),
    ("tar-names-differ", "hostile", "Two fields name a member differently."),
    ("tar-prefix", "odd", "A prefix field is filled in a format that has none."),
    ("tar-global-override", "hostile", "A global header sets a name, link or size for every member that follows."),
    ("tar-pax", "hostile", "An extended header is malformed."),
    ("tar-extension-large", "odd", "An extended header is larger than any honest one; it was skipped."),
    ("tar-sparse", "odd", "A member is stored sparsely."),
    ("tar-sparse-map", "hostile", "The map of a sparse member is impossible."),
    ("tar-type", "odd", "A member has an unknown type."),
    ("tar-padding", "odd", "The padding after a member is not zero."),
    ("tar-after-end", "hostile", "Members follow the end of the archive: some readers stop before them."),
    ("tar-trailing", "odd", "Bytes that are no headers lie between or after the members."),
    ("tar-zeros", "info", "Zero bytes pad the archive where no header is."),
    ("tar-no-end", "info", "The end-of-archive blocks are missing."),
    ("tar-truncated", "odd", "The archive stops in the middle of a member."),
    # Folders.
    ("vcs-folder", "info", "A version control folder was not entered."),
    ("unreadable", "odd", "A file or folder could not be read from disk."),
)  # fmt: skip

SEVERITY: dict[str, ProblemSeverity] = {code: severity for code, severity, _ in PROBLEMS}
_MEANING = (
    ("info", "untidy; honest archives have it too"),
    ("odd", "rare, or not read"),
    ("hostile", "made to mislead a reader"),
    ("fatal", "nothing could be read"),
)


def render(groups: Iterable[tuple[str, Iterable[Code]]]) -> str:
    """Return the Markdown page of all (title, codes) groups."""
    lines = ["# Problems", "", "Generated from the `PROBLEMS` tuples in the code; do not edit.", ""]
    lines += [f"- **{name}**: {text}" for name, text in _MEANING]
    for title, codes in groups:
        lines += ["", f"## {title}", "", "| code | severity | meaning |", "|---|---|---|"]
        lines += [f"| `{code}` | {severity} | {sentence} |" for code, severity, sentence in codes]
    return "\n".join(lines) + "\n"
