"""AES, ChaCha20 and ARC4 in plain Python, decrypting only what a file carries with its key.

The result must be the same on every machine, so no optional library takes part. AES is FIPS 197 with SP 800-38A modes,
ChaCha20 is RFC 8439; ARC4 as in RFC 6229.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from pratique.languages.python.evaluate.values import Unknowable

BLOCK: Final = 16
Blocks = Callable[[bytes], bytes]


def _double(a: int) -> int:
    return (a << 1 ^ 0x11B) & 0xFF if a & 0x80 else a << 1


def _times(a: int, b: int) -> int:
    out = 0
    while b:
        out ^= a if b & 1 else 0
        a, b = _double(a), b >> 1
    return out


@lru_cache(maxsize=1)
def _tables() -> tuple[bytes, bytes, tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """Return the S-box, its inverse, and the columns of both mixes, computed once (FIPS 197, 5.1.1)."""
    sbox = bytearray(256)
    p = q = 1
    while True:
        p ^= _double(p)
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        q ^= 0x09 if q & 0x80 else 0
        rotated = q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^ (q << 3 | q >> 5) ^ (q << 4 | q >> 4)
        sbox[p] = (rotated ^ 0x63) & 0xFF
        if p == 1:
            break
    sbox[0] = 0x63
    inverse = bytearray(256)
    for i, s in enumerate(sbox):
        inverse[s] = i
    return bytes(sbox), bytes(inverse), _mix(bytes(sbox), (2, 1, 1, 3)), _mix(bytes(inverse), (14, 9, 13, 11))


def _mix(box: bytes, factors: tuple[int, int, int, int]) -> tuple[tuple[int, ...], ...]:
    columns = [sum(_times(s, f) << (24 - 8 * i) for i, f in enumerate(factors)) for s in box]
    return tuple(tuple((c >> 8 * r | c << 32 - 8 * r) & 0xFFFFFFFF for c in columns) for r in range(4))


def _expand(key: bytes) -> list[int]:
    """Return the key schedule, one 32-bit word each. Raises Unknowable for a wrong key length."""
    if len(key) not in {16, 24, 32}:
        raise Unknowable
    sbox = _tables()[0]
    n = len(key) // 4
    words = list(struct.unpack(f">{n}I", key))
    rcon = 1
    for i in range(n, 4 * (n + 7)):
        word = words[-1]
        if i % n == 0:
            word = int.from_bytes(
                bytes(sbox[b] for b in ((word << 8 | word >> 24) & 0xFFFFFFFF).to_bytes(4, "big")), "big"
            )
            word ^= rcon << 24
            rcon = _double(rcon)
        elif n > 6 and i % n == 4:
            word = int.from_bytes(bytes(sbox[b] for b in word.to_bytes(4, "big")), "big")
        words.append(words[i - n] ^ word)
    return words


def aes(key: bytes, *, decrypt: bool) -> Blocks:
    """Return the function that turns one block of 16 bytes into another. Raises Unknowable for a wrong key length."""
    words = _expand(key)
    sbox, inverse, forward, backward = _tables()
    box, (t0, t1, t2, t3), turn = (inverse, backward, 3) if decrypt else (sbox, forward, 1)
    rounds = [words[i : i + 4] for i in range(0, len(words), 4)]
    if decrypt:
        rounds = [rounds[-1], *([_unmix(w) for w in r] for r in reversed(rounds[1:-1])), rounds[0]]

    def run(block: bytes) -> bytes:
        s = [a ^ b for a, b in zip(struct.unpack(">4I", block), rounds[0], strict=True)]
        for key_words in rounds[1:-1]:
            s = [
                t0[s[i] >> 24] ^ t1[s[(i + turn) & 3] >> 16 & 255] ^ t2[s[i ^ 2] >> 8 & 255]
                ^ t3[s[(i - turn) & 3] & 255] ^ key_words[i]
                for i in (0, 1, 2, 3)
            ]  # fmt: skip
        return struct.pack(
            ">4I",
            *(
                (box[s[i] >> 24] << 24 | box[s[(i + turn) & 3] >> 16 & 255] << 16 | box[s[i ^ 2] >> 8 & 255] << 8
                 | box[s[(i - turn) & 3] & 255]) ^ rounds[-1][i]
                for i in (0, 1, 2, 3)
            ),
        )  # fmt: skip

    return run


def _unmix(word: int) -> int:
    sbox, _, _, (t0, t1, t2, t3) = _tables()
    a, b, c, d = (sbox[x] for x in word.to_bytes(4, "big"))
    return t0[a] ^ t1[b] ^ t2[c] ^ t3[d]


def _blocks(data: bytes) -> Iterator[bytes]:
    return (data[i : i + BLOCK] for i in range(0, len(data), BLOCK))


def xor(a: bytes, b: bytes) -> bytes:
    """Return the exclusive or of two texts, as long as the shorter."""
    n = min(len(a), len(b))
    return (int.from_bytes(a[:n], "big") ^ int.from_bytes(b[:n], "big")).to_bytes(n, "big")


def ecb_decrypt(key: bytes, data: bytes) -> bytes:
    """Decrypt in ECB mode."""
    run = aes(key, decrypt=True)
    return b"".join(map(run, _blocks(_whole(data))))


def cbc_decrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Decrypt in CBC mode, padding kept."""
    if len(iv) != BLOCK:
        raise Unknowable
    run = aes(key, decrypt=True)
    return xor(b"".join(map(run, _blocks(_whole(data)))), (iv + data)[: len(data)])


def ctr_crypt(key: bytes, start: int, data: bytes, *, bits: int = 128) -> bytes:
    """Encrypt or decrypt in counter mode from the counter block `start`; only its low `bits` count up."""
    run = aes(key, decrypt=False)
    low = (1 << bits) - 1
    stream = (run((start & ~low | start + i & low).to_bytes(BLOCK, "big")) for i in range(-(-len(data) // BLOCK)))
    return xor(data, b"".join(stream))


def gcm_decrypt(key: bytes, nonce: bytes, data: bytes) -> bytes:
    """Decrypt in GCM with a nonce of 12 bytes (SP 800-38D), without looking at the tag."""
    if len(nonce) != 12:
        raise Unknowable
    return ctr_crypt(key, int.from_bytes(nonce + b"\0\0\0\2", "big"), data, bits=32)


def cfb_decrypt(key: bytes, iv: bytes, data: bytes, segment: int = BLOCK) -> bytes:
    """Decrypt in CFB mode with segments of `segment` bytes (SP 800-38A 6.3)."""
    if len(iv) != BLOCK:
        raise Unknowable
    run = aes(key, decrypt=False)
    register, out = iv, []
    for i in range(0, len(data), segment):
        part = data[i : i + segment]
        out.append(xor(run(register), part))
        register = (register + part)[-BLOCK:]
    return b"".join(out)


def _whole(data: bytes) -> bytes:
    if len(data) % BLOCK:
        raise Unknowable
    return data


def unpad(data: bytes, block: int = BLOCK) -> bytes:
    """Remove PKCS#7 padding. Raises Unknowable when there is none."""
    n = data[-1] if data else 0
    if not 0 < n <= block or data[-n:] != bytes([n]) * n:
        raise Unknowable
    return data[:-n]


def arc4(key: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt with ARC4."""
    if not 1 <= len(key) <= 256:
        raise Unknowable
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) & 255
        a = state[i]
        j = (j + a) & 255
        state[i], state[j] = b, _ = state[j], a
        out.append(byte ^ state[(a + b) & 255])
    return bytes(out)


def chacha20(key: bytes, counter_and_nonce: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt with ChaCha20, from 16 bytes of little-endian counter and nonce."""
    if len(key) != 32 or len(counter_and_nonce) != 16:
        raise Unknowable
    start = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key)]
    tail = list(struct.unpack("<4I", counter_and_nonce))
    out = []
    for at in range(0, len(data), 64):
        out.append(xor(data[at : at + 64], _chacha_block([*start, *tail])))
        tail[0] = (tail[0] + 1) & 0xFFFFFFFF
    return b"".join(out)


QUARTERS: Final = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def _chacha_block(state: list[int]) -> bytes:
    x = list(state)
    for _ in range(10):
        for a, b, c, d in QUARTERS:
            for one, two, three, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                x[one] = (x[one] + x[two]) & 0xFFFFFFFF
                mixed = x[three] ^ x[one]
                x[three] = (mixed << turn | mixed >> 32 - turn) & 0xFFFFFFFF
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(x, state, strict=True)))
