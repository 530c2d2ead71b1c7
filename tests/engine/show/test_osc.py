"""OSC packets and patterns: what a real client writes is read, everything else is refused quickly."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe
from engine.show.osc import LARGEST, Message, OscError, pattern, read
from engine.show.space import Space, path_of


def message(address: str, *values, types: str = ""):
    builder = OscMessageBuilder(address)
    for index, value in enumerate(values):
        builder.add_arg(value, types[index] if types else None)
    return builder.build()


def test_what_a_client_writes_is_read():
    sent = message("/a/b", 7, 0.5, "words", b"blob", True, False, None, types="ifsbTFN")
    assert read(sent.dgram) == [Message("/a/b", (7, 0.5, "words", b"blob", True, False, None))]
    assert read(message("/x", 2**40, 1e-300, types="hd").dgram) == [Message("/x", (2**40, 1e-300))]
    assert read(message("/bang").dgram) == [Message("/bang")]


def test_a_message_without_types_is_read_as_one_without_values():
    assert read(b"/bang\0\0\0") == [Message("/bang")]


def test_a_bundle_in_a_bundle_keeps_each_ones_time():
    inner = OscBundleBuilder(2_000_000_000.25)
    inner.add_content(message("/later", 1))
    outer = OscBundleBuilder(IMMEDIATELY)
    outer.add_content(message("/now", 2))
    outer.add_content(inner.build())
    first, second = read(outer.build().dgram)
    assert first == Message("/now", (2,), None)
    assert (second.address, second.at) == ("/later", pytest.approx(2_000_000_000.25, abs=1e-3))


NEGATIVE = b"#bundle\0" + struct.pack(">Q", 1) + struct.pack(">i", -4) * 3


@pytest.mark.parametrize(
    ("packet", "said"),
    [
        (b"", "without an end"),
        (b"hello\0\0\0", "begin with /"),
        (b"/a", "without an end"),
        (b"/" + b"a" * 600 + b"\0", "more than 512 letters"),
        (b"/\xff\xfe\0", "not UTF-8"),
        (b"/a\0\0xyz\0", "without their types"),
        (b"/a\0\0,f\0\0\0", "cut short"),
        (b"/a\0\0,b\0\0" + struct.pack(">i", -8), "blob whose size"),
        (b"/a\0\0,b\0\0" + struct.pack(">i", 2**31 - 1), "blob whose size"),
        (b"/a\0\0,Q\0\0", "unknown type"),
        (b"/a\0\0," + b"i" * 100 + b"\0" * 400, "more than 32 values"),
        (NEGATIVE, "sizes do not fit"),
        (b"#bundle\0", "cut short"),
        (b"x" * (LARGEST + 1), "more than 16,384 bytes"),
    ],
)
def test_a_broken_packet_is_refused_in_words(packet, said):
    with pytest.raises(OscError, match=said):
        read(packet)


def test_bundles_nested_without_end_are_refused():
    packet = b"/a\0\0"
    for _ in range(50):
        packet = b"#bundle\0" + struct.pack(">Qi", 1, len(packet)) + packet
    with pytest.raises(OscError, match="8 deep"):
        read(packet)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(packet):
    for start in (b"", b"/a\0\0,", b"#bundle\0\0\0\0\0\0\0\0\1"):
        try:
            made = read(start + packet)
        except OscError:
            continue
        assert all(one.address.startswith("/") for one in made)


@pytest.mark.parametrize(
    ("text", "matched", "left"),
    [
        ("/a/*", ["/a/b", "/a/"], ["/a/b/c", "/b/b"]),
        ("/a/?", ["/a/b"], ["/a/", "/a/bc"]),
        ("/a/[b-d]", ["/a/b", "/a/d"], ["/a/e"]),
        ("/a/[d-b]", ["/a/c"], ["/a/e"]),
        ("/a/[!b-d]", ["/a/e"], ["/a/c", "/a//"]),
        ("/a/{one,two}", ["/a/one", "/a/two"], ["/a/three"]),
        ("/*/x*y/z", ["/a/xy/z", "/a/xyy/z", "/a/x1yy/z"], ["/a/xy", "/a/xyz/z"]),
        ("/a.b", ["/a.b"], ["/aXb"]),
        ("/*a*b*", ["/ab", "/1a2b3"], ["/ba"]),
    ],
)
def test_a_pattern_matches_as_the_specification_says(text, matched, left):
    found = pattern(text)
    assert [one for one in (*matched, *left) if found.fullmatch(one)] == matched


@pytest.mark.parametrize("text", ["/[a", "/{a", "/[]", "/[!]", "/" + "*" * 200, "/" + "{a,aa}" * 5])
def test_a_broken_pattern_is_refused(text):
    with pytest.raises(OscError):
        pattern(text)


def test_a_pattern_made_to_take_for_ever_is_over_at_once():
    assert pattern("/" + "*a" * 60 + "b").fullmatch("/" + "a" * 400) is None


@given(st.text(alphabet="/ab*?[]{}!-,", max_size=40))
def test_any_pattern_is_matched_or_refused(text):
    try:
        found = pattern(text)
    except OscError:
        return
    found.fullmatch("/visagist/ab/ba")


SMILE = DirectionAmount("Head turn/left", "abc", 0.0, (0, 1))


def test_every_control_has_an_address_that_osc_allows():
    space = Space(Recipe(), [SMILE])
    assert path_of("noise.level/64") == "/visagist/noise/level/64"
    assert [one.path for one in space.matching("/visagist/direction/*")] == ["/visagist/direction/Head_turn_left"]
    assert space.matching("/visagist/DIRECTION/head_turn_left")[0].move == SMILE
    assert space.matching("/visagist/truncation/psi")[0].control.address == "truncation.psi"
    assert {one.control.address for one in space.matching("/visagist/view/*")} == {
        "view.x", "view.y", "view.rotation", "view.zoom"
    }  # fmt: skip
    assert space.matching("/visagist/nothing") == []


@pytest.mark.parametrize(
    ("path", "given", "kept"),
    [
        ("truncation/psi", 99.0, 10.0),
        ("truncation/psi", True, 1.0),
        ("truncation/cutoff", 3.4, 3),
        ("truncation/cutoff", None, None),
        ("latent/seed", 7.0, 7),
        ("latent/seed", -3, 0),
        ("noise/mode", "random", "random"),
        ("noise/mode", 2, "none"),
    ],
)
def test_a_value_is_kept_within_what_its_control_takes(path, given, kept):
    (place,) = Space(Recipe(), []).matching(f"/visagist/{path}")
    assert place.value((given,)) == kept


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("truncation/psi", float("nan")),
        ("truncation/psi", float("inf")),
        ("truncation/psi", "much"),
        ("truncation/psi", b"\0"),
        ("truncation/psi", None),
        ("noise/mode", "loud"),
        ("noise/mode", 17),
        ("noise/mode", float("nan")),
        ("latent/seed", float("-inf")),
    ],
)
def test_a_value_of_another_kind_is_refused_in_one_sentence(path, given):
    (place,) = Space(Recipe(), []).matching(f"/visagist/{path}")
    with pytest.raises(RecipeError):
        place.value((given,))
