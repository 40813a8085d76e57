"""Our own ciphers against the published vectors and against `cryptography`."""

import base64
import importlib
import os

import pytest
from evaluate_support import evaluate

from pratique.languages.python.evaluate import UNKNOWN, ciphers

pytest.importorskip("cryptography")
Fernet = importlib.import_module("cryptography.fernet").Fernet
primitives = importlib.import_module("cryptography.hazmat.primitives.ciphers")
AESGCM = importlib.import_module("cryptography.hazmat.primitives.ciphers.aead").AESGCM
Cipher, algorithms, modes = primitives.Cipher, primitives.algorithms, primitives.modes

KEY = bytes(range(32))
IV = bytes(range(16, 32))
PLAIN = b"print('hello')  " * 5
PREFIX = "cryptography.hazmat.primitives.ciphers."


def encrypted(key, mode, data=PLAIN):
    one = Cipher(algorithms.AES(key), mode).encryptor()
    return one.update(data) + one.finalize()


def test_fips_197_vectors():
    """FIPS 197, appendix C."""
    plain = bytes.fromhex("00112233445566778899aabbccddeeff")
    for size, cipher in (
        (16, "69c4e0d86a7b0430d8cdb78070b4c55a"),
        (24, "dda97ca4864cdfe06eaf70a0ec0d7191"),
        (32, "8ea2b7ca516745bfeafc49904b496089"),
    ):
        assert ciphers.aes(KEY[:size], decrypt=False)(plain).hex() == cipher
        assert ciphers.aes(KEY[:size], decrypt=True)(bytes.fromhex(cipher)) == plain


@pytest.mark.parametrize("size", [16, 24, 32])
def test_modes(size):
    """Every mode decrypts what `cryptography` encrypts."""
    key = KEY[:size]

    assert ciphers.ecb_decrypt(key, encrypted(key, modes.ECB())) == PLAIN
    assert ciphers.cbc_decrypt(key, IV, encrypted(key, modes.CBC(IV))) == PLAIN
    assert ciphers.ctr_crypt(key, int.from_bytes(IV, "big"), encrypted(key, modes.CTR(IV))) == PLAIN
    assert ciphers.gcm_decrypt(key, IV[:12], AESGCM(key).encrypt(IV[:12], PLAIN, None)[:-16]) == PLAIN


def test_stream_ciphers():
    """RFC 6229's key and RFC 8439's ChaCha20."""
    one = Cipher(algorithms.ChaCha20(KEY, IV), None).encryptor()

    assert ciphers.chacha20(KEY, IV, one.update(PLAIN * 3)) == PLAIN * 3
    assert ciphers.arc4(b"Key", bytes.fromhex("bbf316e8d940af0ad3")) == b"Plaintext"


def test_fernet():
    """A token decrypts with its key, and only with it."""
    key, other = Fernet.generate_key(), Fernet.generate_key()
    token = Fernet(key).encrypt(b"print('hello')")

    found = evaluate("cryptography.fernet.Fernet(k).decrypt(t).decode()", k=key, t=token)
    assert (found.value, found.codecs) == ("print('hello')", ("fernet",))
    assert evaluate("cryptography.fernet.Fernet(k).decrypt(t)", k=other, t=token) is UNKNOWN
    assert evaluate("cryptography.fernet.Fernet(k).decrypt(t)", k=key, t=token[:-4]) is UNKNOWN


def test_interfaces():
    """PyCryptodome's and `cryptography`'s ways of writing it."""
    data = encrypted(KEY, modes.CBC(IV), b"print('hello')\x02\x02")
    padded = "Crypto.Util.Padding.unpad(Crypto.Cipher.AES.new(k, Crypto.Cipher.AES.MODE_CBC, iv).decrypt(d), 16)"
    assert evaluate(padded, k=KEY, iv=IV, d=data).value == b"print('hello')"
    ecb = encrypted(KEY, modes.ECB())
    assert evaluate("Crypto.Cipher.AES.new(k, 1).decrypt(d)", k=KEY, d=ecb).codecs == ("aes",)
    whole = f"{PREFIX}Cipher({PREFIX}algorithms.AES(k), {PREFIX}modes.CBC(iv)).decryptor().update(d)"
    assert evaluate(whole, k=KEY, iv=IV, d=encrypted(KEY, modes.CBC(IV))).value == PLAIN
    gcm = AESGCM(KEY).encrypt(IV[:12], PLAIN, None)
    assert evaluate(f"{PREFIX}aead.AESGCM(k).decrypt(n, d, None)", k=KEY, n=IV[:12], d=gcm).value == PLAIN
    tagged = "Crypto.Cipher.AES.new(k, Crypto.Cipher.AES.MODE_GCM, nonce=n).decrypt_and_verify(d, t)"
    assert evaluate(tagged, k=KEY, n=IV[:12], d=gcm[:-16], t=gcm[-16:]).value == PLAIN
    assert (
        evaluate("Crypto.Cipher.ARC4.new(b'Key').decrypt(d)", d=bytes.fromhex("bbf316e8d940af0ad3")).value
        == b"Plaintext"
    )
    ctr = "Crypto.Cipher.AES.new(k, Crypto.Cipher.AES.MODE_CTR, nonce=n, initial_value=i).decrypt(d)"
    data = encrypted(KEY, modes.CTR(IV))
    assert evaluate(ctr, k=KEY, n=IV[:8], i=int.from_bytes(IV[8:], "big"), d=data).value == PLAIN


def test_cfb():
    """CFB by bytes is PyCryptodome's default."""
    from cryptography.hazmat.decrepit.ciphers.modes import CFB, CFB8

    assert ciphers.cfb_decrypt(KEY, IV, encrypted(KEY, CFB8(IV)), 1) == PLAIN
    assert ciphers.cfb_decrypt(KEY, IV, encrypted(KEY, CFB(IV)), 16) == PLAIN


@pytest.mark.parametrize("key", [b"", b"x" * 15, b"x" * 33])
def test_wrong_keys(key):
    """A key of no legal length is UNKNOWN."""
    assert evaluate("Crypto.Cipher.AES.new(k, 1).decrypt(d)", k=key, d=os.urandom(16)) is UNKNOWN
    assert evaluate("cryptography.fernet.Fernet(k)", k=base64.urlsafe_b64encode(key)) is UNKNOWN
