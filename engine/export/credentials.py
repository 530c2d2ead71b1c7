"""Content credentials (C2PA 2): files signed with a person's own certificate, once one is set up. An optional extra."""

from __future__ import annotations

import io
import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from msgspec import Struct
from PIL import Image

from engine import __version__
from engine.errors import RecipeError, VisagistError
from engine.paths import data_dir, make_folder, write_atomically
from engine.recipe_file import read_as
from engine.synthetic import SYNTHETIC

LIMIT = 2**20  # bytes of a certificate chain, a key, or the file that names them
# players show the first frame only of an APNG that the library has signed, and Matroska has no place for credentials
MIME = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".tif": "image/tiff",
    ".tiff": "image/tiff", ".avif": "image/avif", ".gif": "image/gif", ".mp4": "video/mp4",
    ".mov": "video/quicktime",
}  # fmt: skip
# nothing is asked of the network: neither manifests elsewhere nor whether a certificate was withdrawn
QUIET = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}, "builder": {"thumbnail": {"enabled": False}}}


class Identity(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose credentials. certificate: the chain, the person's own first; key: without a password; both PEM files."""

    certificate: str
    key: str


@dataclass(frozen=True)
class Credentials:
    """What a file's credentials say. state: valid, trusted or invalid, in the library's own words; problems: its codes.

    issuer, name: of the certificate; source: where the content comes from, as an address of the IPTC.
    """

    state: str
    issuer: str
    name: str
    program: str
    source: str
    problems: tuple[str, ...]


def settings_file() -> Path:
    """Where it stands which certificate is used."""
    return data_dir() / "credentials.json"


def identity() -> Identity | None:
    """The one that was set up; None where none was."""
    path = settings_file()
    if not path.is_file():
        return None

    def decoded(text: bytes) -> Identity:
        try:
            return msgspec.json.decode(text, type=Identity)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RecipeError(f"it cannot be understood ({error}); set the certificate up again") from error

    return read_as(path, LIMIT, "name of a certificate", decoded)


def use(who: Identity) -> Credentials:
    """Sign with this certificate from now on; VisagistError where a trial with it fails."""
    trial = io.BytesIO()
    Image.new("RGB", (64, 64)).save(trial, "PNG")
    found = read_stream(io.BytesIO(signed_by(who, trial.getvalue(), MIME[".png"], "trial")), MIME[".png"])
    if found is None or found.state == "invalid":
        why = ", ".join(found.problems) if found else "no credentials"
        raise VisagistError(f"{who.certificate}: what it signs is not valid ({why}); choose another certificate")
    make_folder(data_dir())
    write_atomically(settings_file(), msgspec.json.encode(who))
    return found


def forget() -> None:
    """Sign no more."""
    settings_file().unlink(missing_ok=True)


def signed(content: bytes, suffix: str, said: str) -> bytes:
    """A picture with credentials; as it was where no certificate is set up. said: what it is, in a sentence.

    Raises VisagistError where it cannot be signed.
    """
    who, mime = identity(), MIME.get(suffix.lower())
    return content if who is None or mime is None else signed_by(who, content, mime, said)


def sign_file(path: Path, suffix: str, said: str) -> None:
    """As `signed`, for a large file that nobody reads yet; one that has no place for credentials stays as it is."""
    who, mime = identity(), MIME.get(suffix.lower())
    if who is None or mime is None:
        return
    made = path.with_name(path.name + ".signed")
    try:
        with path.open("rb") as source, made.open("x+b") as target:
            sign_stream(who, source, target, mime, said)
        os.replace(made, path)
    finally:
        made.unlink(missing_ok=True)


def signed_by(who: Identity, content: bytes, mime: str, said: str) -> bytes:
    target = io.BytesIO()
    sign_stream(who, io.BytesIO(content), target, mime, said)
    return target.getvalue()


def sign_stream(who: Identity, source: Any, target: Any, mime: str, said: str) -> None:
    """The library's own signing, its errors in a sentence."""
    c2pa = import_c2pa()
    chain, key = pem(Path(who.certificate), "certificate"), pem(Path(who.key), "key")
    algorithm = algorithm_of(key, who.key)
    try:
        info = c2pa.C2paSignerInfo(algorithm.encode(), chain, key, None)
        with (
            c2pa.Context(c2pa.Settings.from_dict(QUIET)) as context,
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder.from_json(json.dumps(manifest(said)), context=context) as builder,
        ):
            builder.sign(signer, mime, source, target)
    except c2pa.C2paError as error:
        raise VisagistError(
            f"{who.certificate}: the content credentials cannot be signed with it ({error}); set up another one, or "
            "none with `visagist credentials off`"
        ) from error


def manifest(said: str) -> dict[str, object]:
    """One claim: a trained model made this (C2PA 2.2, section 18.15, c2pa.created)."""
    program = {"name": "Visagist", "version": __version__}
    created = {"action": "c2pa.created", "digitalSourceType": SYNTHETIC, "softwareAgent": program, "description": said}
    return {
        "claim_generator_info": [program],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}],
    }


def read_credentials(path: Path) -> Credentials | None:
    """What the credentials of a file say, as the library verifies them; None where it has none.

    Raises VisagistError where the library is not installed or the file cannot be read.
    """
    mime = MIME.get(path.suffix.lower())
    if mime is None:
        return None
    try:
        with path.open("rb") as file:
            return read_stream(file, mime)
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error


def read_stream(file: Any, mime: str) -> Credentials | None:
    c2pa = import_c2pa()
    try:
        with (
            c2pa.Context(c2pa.Settings.from_dict(QUIET)) as context,
            c2pa.Reader(mime, file, context=context) as reader,
        ):
            active, state = reader.get_active_manifest() or {}, str(reader.get_validation_state() or "invalid").lower()
            results = (reader.get_validation_results() or {}).get("activeManifest", {})
    except c2pa.C2paError as error:
        if "ManifestNotFound" in type(error).__name__ or "no JUMBF" in str(error):
            return None
        return Credentials("invalid", "", "", "", "", (str(error),))
    signature = active.get("signature_info", {})
    actions = [
        action
        for assertion in active.get("assertions", [])
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion.get("data", {}).get("actions", [])
    ]
    programs = [f"{one.get('name', '')} {one.get('version', '')}" for one in active.get("claim_generator_info", [])]
    return Credentials(
        state,
        signature.get("issuer") or "",
        signature.get("common_name") or "",
        (programs or [""])[0].strip(),
        next((action["digitalSourceType"] for action in actions if "digitalSourceType" in action), ""),
        tuple(str(problem.get("code", "")) for problem in results.get("failure", [])),
    )


def pem(path: Path, what: str) -> bytes:
    """The text of a PEM file; VisagistError where it is none."""
    try:
        with path.open("rb") as file:
            text = file.read(LIMIT)
    except OSError as error:
        raise VisagistError(f"{path}: the {what} cannot be read ({error.strerror or error})") from error
    if b"-----BEGIN " not in text:
        raise VisagistError(f"{path}: this is no {what} in PEM form; it would begin with -----BEGIN")
    return text


def algorithm_of(key: bytes, name: str) -> str:
    """What a private key signs with (C2PA 2.2, section 13.2)."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(key, None)
    except (ValueError, TypeError) as error:
        raise VisagistError(
            f"{name}: the key cannot be used ({error}); it must be a PEM file without a password"
        ) from error
    if isinstance(found, EllipticCurvePrivateKey) and found.curve.key_size in (256, 384, 521):
        return {256: "es256", 384: "es384", 521: "es512"}[found.curve.key_size]
    if isinstance(found, Ed25519PrivateKey):
        return "ed25519"
    if isinstance(found, RSAPrivateKey) and found.key_size >= 2048:
        return "ps256"
    raise VisagistError(f"{name}: credentials need a key of P-256, P-384, P-521, Ed25519, or RSA of 2048 bits and more")


def import_c2pa() -> ModuleType:
    """The library; VisagistError where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own, about itself
            import c2pa
    except ImportError as error:
        raise VisagistError(
            "content credentials need the package c2pa-python; install it with: pip install 'visagist[c2pa]'"
        ) from error
    module: ModuleType = c2pa
    return module
