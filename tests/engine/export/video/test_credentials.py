"""Content credentials: exports are signed with the person's certificate, and C2PA's own library finds them valid."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.export.credentials import MIME, Identity, identity, read_credentials, use
from engine.export.images import FORMATS, read_provenance, save_frame
from engine.frame import Frame
from engine.project_file import read_project
from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer
from engine.synthetic import SYNTHETIC
from tests.engine.export.video.films import made, shown

c2pa = pytest.importorskip("c2pa")
pytest.importorskip("cryptography")


def name_of(words: str):
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Museum"), x509.NameAttribute(NameOID.COMMON_NAME, words)]
    )


def certificate(subject: str, key, issuer: str, issuer_key, *, authority: bool, days: int = 30):
    """A certificate as C2PA asks for it (2.2, section 14.5)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    now = datetime.datetime.now(datetime.UTC)
    names = "content_commitment key_encipherment data_encipherment key_agreement encipher_only decipher_only"
    usage = dict.fromkeys(names.split(), False)
    builder = (
        x509.CertificateBuilder(name_of(issuer), name_of(subject), key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=40))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def files_in(folder: Path, days: int = 30) -> Identity:
    """A chain of two and the key of the first, as PEM files."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import ec

    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    chain = (
        certificate("A. Person", own, "Root", root, authority=False, days=days),
        certificate("Root", root, "Root", root, authority=True),
    )
    (folder / "chain.pem").write_bytes(b"".join(one.public_bytes(form.Encoding.PEM) for one in chain))
    (folder / "key.pem").write_bytes(
        own.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    )
    return Identity(str(folder / "chain.pem"), str(folder / "key.pem"))


@pytest.fixture
def person(tmp_path, home) -> Identity:
    """A certificate that is set up."""
    who = files_in(tmp_path)
    use(who)
    return who


@pytest.fixture
def frame(tiny_model) -> Frame:
    return Renderer(tiny_model).render(Recipe(model=tiny_model.hash, latent=SeedLatent(4)))


def check(path: Path) -> None:
    """The library's own verdict on a file: everything holds but that nobody told it to trust our root."""
    found = read_credentials(path)
    assert (found.state, found.name, found.issuer) == ("valid", "A. Person", "Museum")
    assert found.problems == ("signingCredential.untrusted",)
    assert found.source == SYNTHETIC


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_picture_is_signed_and_keeps_recipe_and_pixels(frame, person, suffix, tmp_path):
    path = tmp_path / f"face{suffix}"
    save_frame(frame, path)
    check(path)
    assert read_provenance(path).recipe == frame.recipe
    if suffix in (".png", ".webp", ".tif", ".tiff"):
        with Image.open(path) as picture:
            assert np.array_equal(np.asarray(picture.convert("RGB")), frame.rgb())


@pytest.mark.parametrize("preset", ["h264", "prores", "gif", "webp"])
def test_every_video_that_has_a_place_for_it_is_signed_and_plays(plan_of, person, preset):
    pytest.importorskip("av")
    path = made(plan_of(preset, 30))
    check(path)
    assert len(shown(path)) == 30
    assert read_project(path).recipe.latent == SeedLatent(7)
    assert [one.name for one in path.parent.iterdir() if "signed" in one.name] == []


def test_a_changed_pixel_is_found(frame, person, tmp_path):
    path = tmp_path / "face.png"
    save_frame(frame, path)
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(content)
    found = read_credentials(path)
    assert found.state == "invalid"
    assert "assertion.dataHash.mismatch" in found.problems


def test_without_a_certificate_nothing_is_signed(frame, home, tmp_path):
    save_frame(frame, tmp_path / "face.png")
    assert identity() is None
    assert read_credentials(tmp_path / "face.png") is None


def test_the_command_sets_up_shows_and_ends_it(cli, tiny_path, tmp_path):
    who = files_in(tmp_path)
    said = cli("credentials", "use", who.certificate, who.key)
    assert (said.code, said.err) == (0, "")
    assert "valid, signed by A. Person of Museum" in said.out
    assert who.key in cli("credentials", "show").out
    path = tmp_path / "face.jpg"
    assert cli("render", "--model", tiny_path, "--seed", 3, "-o", path).code == 0
    assert "credentials: valid, signed by A. Person of Museum" in cli("inspect", path).out
    assert json.loads(cli("inspect", path, "--json").out)["credentials"]["state"] == "valid"
    assert cli("credentials", "off").code == 0
    assert cli("credentials", "show").out == "no certificate is set up\n"


def test_a_certificate_that_does_not_serve_is_told_in_one_sentence(cli, tmp_path, home):
    good = files_in(tmp_path)
    late = tmp_path / "late"
    late.mkdir()
    over = files_in(late, days=-10)
    (tmp_path / "words.txt").write_text("nothing")
    for certificate, key, words in (
        (tmp_path / "none.pem", good.key, "the certificate cannot be read"),
        (good.certificate, tmp_path / "words.txt", "this is no key in PEM form"),
        (good.certificate, good.certificate, "the key cannot be used"),
        (over.certificate, over.key, "not valid at time of signing"),
        (good.certificate, over.key, "certificate"),
    ):
        said = cli("credentials", "use", certificate, key)
        assert said.code == 2
        assert words in said.err
        assert said.err.count("\n") == 1
        assert identity() is None


def test_kinds_with_no_place_for_credentials_are_known():
    assert {".mkv", ".matroska", ".webm", ".apng"}.isdisjoint(MIME)
