"""The number that opens a kiosk's lock, kept as a salted hash: whoever reads the file does not read the number."""

from __future__ import annotations

import hashlib
import hmac
import os

from engine.errors import RecipeError

ROUNDS = 200_000  # of PBKDF2 (RFC 8018) with SHA-256; a tenth of a second
FEWEST, MOST = 4, 12


def hidden(pin: str, salt: bytes | None = None) -> str:
    """The hash of a PIN as a show keeps it; RecipeError where it is no number of 4 to 12 digits."""
    if not (pin.isascii() and pin.isdecimal() and FEWEST <= len(pin) <= MOST):
        raise RecipeError(f"a PIN is {FEWEST} to {MOST} digits")
    salt = os.urandom(16) if salt is None else salt
    return f"{salt.hex()}${digest(pin, salt).hex()}"


def opens(kept: str, pin: str) -> bool:
    """Whether this is the PIN; where none was set, any opens."""
    if not kept:
        return True
    salt, _, wanted = kept.partition("$")
    return hmac.compare_digest(digest(pin, bytes.fromhex(salt)), bytes.fromhex(wanted))


def digest(pin: str, salt: bytes) -> bytes:
    """The slow hash."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, ROUNDS)


def check_hidden(kept: str) -> None:
    """RecipeError for what is no hash of a PIN."""
    if not kept:
        return
    parts = kept.split("$")
    lengths = [32, 64]
    if len(parts) != 2 or any(
        len(part) != length or set(part) - set("0123456789abcdef") for part, length in zip(parts, lengths, strict=True)
    ):
        raise RecipeError("the PIN of the show is kept as a salted hash, and this is none; set the PIN again")
