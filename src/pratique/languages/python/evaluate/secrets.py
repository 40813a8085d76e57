"""The interfaces of Fernet, `cryptography`, PyCryptodome and `hashlib`, as inert objects over known keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, Final

import msgspec

from pratique.languages.python.evaluate import ciphers
from pratique.languages.python.evaluate.table import Entry, Table
from pratique.languages.python.evaluate.values import Context, Fuel, ResolvedName, State, Unknowable, bounded, spend

FUEL_PER_BLOCK: Final = 8
MAX_SECRET: Final = 4 << 20
"""Bytes we decrypt in one go."""
MAX_ROUNDS: Final = 2_000_000
HASHES: Final = frozenset(
    {"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "blake2s"}
)


class Fernet(msgspec.Struct, frozen=True):
    """A Fernet key: 16 bytes to sign, 16 to encrypt."""

    key: bytes


class Part(msgspec.Struct, frozen=True):
    """An algorithm or a mode with its parameters, before both meet."""

    kind: str
    values: tuple[Any, ...]


class Cipher(msgspec.Struct, frozen=True):
    """A cipher ready to decrypt."""

    kind: str
    key: bytes
    mode: str = ""
    iv: bytes = b""
    segment: int = 1


class Digest(State):
    """A hash of what is known so far, with a key where it is an HMAC."""

    __slots__ = ("data", "key", "name")

    def __init__(self, name: str, data: bytes = b"", key: bytes | None = None) -> None:
        self.name, self.data, self.key = name, data, key

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Digest:
        """Return one of its own."""
        spend(fuel, 1)
        made = memo[id(self)] = Digest(self.name, self.data, self.key)
        return made


def fernet(key: Any) -> Fernet:
    """As `Fernet(key)`."""
    raw = base64.urlsafe_b64decode(key)
    if len(raw) != 32:
        raise Unknowable
    return Fernet(raw)


def fernet_decrypt(ctx: Context, one: Fernet, token: Any, ttl: Any = None) -> bytes:
    """Check and decrypt a Fernet token (the Fernet spec, version 0x80). Its age is not looked at."""
    del ttl
    raw = base64.urlsafe_b64decode(token)
    pay(ctx, raw)
    body, signature = raw[:-32], raw[-32:]
    if body[:1] != b"\x80" or not hmac.compare_digest(hmac.digest(one.key[:16], body, "sha256"), signature):
        raise Unknowable
    ctx.add("fernet")
    return ciphers.unpad(ciphers.cbc_decrypt(one.key[16:], body[9:25], body[25:]))


def pay(ctx: Context, data: bytes) -> None:
    """Charge for decrypting `data`."""
    ctx.spend(FUEL_PER_BLOCK * bounded(len(data), MAX_SECRET) // 16)


def aes_new(key: Any, mode: Any = 1, iv: Any = b"", *rest: Any, **kwargs: Any) -> Cipher:
    """As `Crypto.Cipher.AES.new`; the modes by PyCryptodome's numbers."""
    names = {1: "ecb", 2: "cbc", 3: "cfb", 6: "ctr", 11: "gcm"}
    iv = kwargs.get("IV", kwargs.get("iv", kwargs.get("nonce", iv)))
    if rest or mode not in names:
        raise Unknowable
    if mode == 6:
        first = kwargs.get("initial_value", b"")
        if isinstance(first, int):
            first = first.to_bytes(16 - len(iv), "big")
        iv = bytes(iv) + (bytes(first) or bytes(16 - len(iv)))
    return Cipher("aes", bytes(key), names[mode], bytes(iv), int(kwargs.get("segment_size", 8)) // 8)


def decrypt(ctx: Context, one: Cipher, data: Any) -> bytes:
    """Decrypt a whole message."""
    data = bytes(data)
    pay(ctx, data)
    ctx.add(one.kind)
    if one.kind == "arc4":
        ctx.spend(len(data) // 8)
        return ciphers.arc4(one.key, data)
    if one.kind == "chacha20":
        ctx.spend(len(data) // 4)
        return ciphers.chacha20(one.key, one.iv, data)
    if one.mode == "ecb":
        return ciphers.ecb_decrypt(one.key, data)
    if one.mode == "cbc":
        return ciphers.cbc_decrypt(one.key, one.iv, data)
    if one.mode == "ctr":
        return ciphers.ctr_crypt(one.key, int.from_bytes(one.iv.ljust(16, b"\0")[:16], "big"), data)
    if one.mode == "cfb":
        ctx.spend(FUEL_PER_BLOCK * len(data) // max(one.segment, 1))
        return ciphers.cfb_decrypt(one.key, one.iv, data, one.segment)
    return ciphers.gcm_decrypt(one.key, one.iv, data)


def chacha_new(*, key: Any, nonce: Any) -> Cipher:
    """As `Crypto.Cipher.ChaCha20.new`: nonces of 8 or 12 bytes."""
    return Cipher("chacha20", bytes(key), iv=bytes(nonce).rjust(16, b"\0"))


def cipher(algorithm: Any, mode: Any = None, backend: Any = None) -> Cipher:
    """As `cryptography`'s `Cipher(algorithm, mode)`."""
    del backend
    key, *rest = algorithm.values
    if algorithm.kind == "chacha20":
        return Cipher("chacha20", key, iv=rest[0])
    if algorithm.kind == "arc4":
        return Cipher("arc4", key)
    segment = 1 if mode.kind == "cfb8" else 16
    return Cipher("aes", key, mode.kind.removesuffix("8"), mode.values[0] if mode.values else b"", segment)


def part(kind: str) -> Any:
    """Return a constructor of an algorithm or mode."""

    def run(*values: Any) -> Part:
        return Part(kind, tuple(bytes(value) if isinstance(value, bytearray) else value for value in values))

    return run


def aesgcm_decrypt(ctx: Context, one: Part, nonce: Any, data: Any, associated: Any = None) -> bytes:
    """As `AESGCM(key).decrypt`: the last 16 bytes are the tag."""
    del associated
    return decrypt(ctx, Cipher("aes", one.values[0], "gcm", bytes(nonce)), bytes(data)[:-16])


def new_hash(name: str) -> Any:
    """Return the constructor of a hash."""

    def run(data: Any = b"", **_kwargs: Any) -> Digest:
        return Digest(name, bytes(data))

    return run


def hash_by_name(name: Any, data: Any = b"", **_kwargs: Any) -> Digest:
    """As `hashlib.new`."""
    spelled = str(name).lower().replace("-", "")
    if spelled not in HASHES:
        raise Unknowable
    return Digest(spelled, bytes(data))


def digest(one: Digest) -> bytes:
    """Return the hash."""
    if one.key is not None:
        return hmac.digest(one.key, one.data, one.name)
    return hashlib.new(one.name, one.data, usedforsecurity=False).digest()


def update(one: Digest, data: Any) -> None:
    """As `update`."""
    bounded(len(one.data) + len(data), MAX_SECRET)
    one.data += bytes(data)


def new_hmac(key: Any, msg: Any = b"", digestmod: Any = "md5", **more: Any) -> Digest:
    """As `hmac.new`; the hash by its name or its constructor."""
    kind = digestmod.name if isinstance(digestmod, ResolvedName) else digestmod
    spelled = str(kind).removeprefix("hashlib.").lower()
    if spelled not in HASHES or more:
        raise Unknowable
    return Digest(spelled, bytes(msg or b""), bytes(key))


def pbkdf2(ctx: Context, name: Any, password: Any, salt: Any, iterations: Any, dklen: Any = None) -> bytes:
    """As `hashlib.pbkdf2_hmac`, each round paid for."""
    ctx.spend(bounded(iterations, MAX_ROUNDS) * (1 + bounded(dklen or 32, 1024) // 32))
    if str(name).lower() not in HASHES:
        raise Unknowable
    return hashlib.pbkdf2_hmac(name, bytes(password), bytes(salt), iterations, dklen)


def strxor(a: Any, b: Any) -> bytes:
    """As `Crypto.Util.strxor.strxor`."""
    if len(a) != len(b):
        raise Unknowable
    return ciphers.xor(bytes(a), bytes(b))


def _both(name: str, entry: Entry) -> Table:
    return {f"Crypto.{name}": entry, f"Cryptodome.{name}": entry}


_HAZMAT: Final = "cryptography.hazmat.primitives.ciphers"
FUNCTIONS: Final[Table] = {
    "cryptography.fernet.Fernet": Entry(fernet),
    "fernet.Fernet": Entry(fernet),
    f"{_HAZMAT}.Cipher": Entry(cipher),
    f"{_HAZMAT}.aead.AESGCM": Entry(part("aesgcm")),
    **{
        f"{_HAZMAT}.algorithms.{name}": Entry(part(kind))
        for name, kind in (("AES", "aes"), ("ChaCha20", "chacha20"), ("ARC4", "arc4"))
    },
    **{f"{_HAZMAT}.modes.{name}": Entry(part(name.lower())) for name in ("CBC", "ECB", "CTR", "GCM", "CFB", "CFB8")},
    **_both("Cipher.AES.new", Entry(aes_new)),
    **_both("Cipher.ARC4.new", Entry(lambda key: Cipher("arc4", bytes(key)))),
    **_both("Cipher.ChaCha20.new", Entry(chacha_new)),
    **_both(
        "Util.Padding.unpad",
        Entry(lambda data, block, style="pkcs7": ciphers.unpad(data, block) if style == "pkcs7" else None),
    ),
    **_both("Util.strxor.strxor", Entry(strxor, "xor")),
    **{f"hashlib.{name}": Entry(new_hash(name)) for name in sorted(HASHES)},
    "hmac.new": Entry(new_hmac),
    "hmac.digest": Entry(lambda key, msg, digest_name: digest(new_hmac(key, msg, digest_name))),
    "hmac.HMAC": Entry(new_hmac),
    "hashlib.new": Entry(hash_by_name),
    "hashlib.pbkdf2_hmac": Entry(pbkdf2, ctx=True),
}
CONSTANTS: Final[dict[str, int]] = {
    f"{root}.Cipher.AES.{name}": number
    for root in ("Crypto", "Cryptodome")
    for name, number in (
        ("MODE_ECB", 1), ("MODE_CBC", 2), ("MODE_CFB", 3), ("MODE_CTR", 6), ("MODE_GCM", 11), ("block_size", 16),
    )
}  # fmt: skip
METHODS: Final[dict[tuple[type, str], Entry]] = {
    (Fernet, "decrypt"): Entry(fernet_decrypt, ctx=True),
    (Cipher, "decrypt"): Entry(decrypt, ctx=True),
    (Cipher, "decrypt_and_verify"): Entry(lambda ctx, one, data, _tag: decrypt(ctx, one, data), ctx=True),
    (Cipher, "decryptor"): Entry(lambda one: one),
    (Cipher, "update"): Entry(decrypt, ctx=True),
    (Cipher, "finalize"): Entry(lambda _one: b""),
    (Part, "decrypt"): Entry(aesgcm_decrypt, ctx=True),
    (Digest, "update"): Entry(update),
    (Digest, "copy"): Entry(lambda one: Digest(one.name, one.data, one.key)),
    (Digest, "digest"): Entry(digest),
    (Digest, "hexdigest"): Entry(lambda one: digest(one).hex()),
}
