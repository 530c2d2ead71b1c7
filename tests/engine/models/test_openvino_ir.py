"""Reading OpenVINO constants: bounds are checked, entities refused."""

from __future__ import annotations

import struct

import pytest
import torch

from engine.errors import ModelFileError
from engine.models.ffhq import name_tensors
from engine.models.openvino_ir import read_constants


def network(*constants: str) -> bytes:
    layers = "".join(f'<layer id="{i}" name="c{i}" type="Const">{data}</layer>' for i, data in enumerate(constants))
    return f'<?xml version="1.0"?><net><layers>{layers}</layers></net>'.encode()


def data(shape: str, offset: object, size: object, kind: str = "f32") -> str:
    return f'<data element_type="{kind}" shape="{shape}" offset="{offset}" size="{size}"/>'


def test_constants_come_in_the_files_order_and_others_are_left_out():
    binary = struct.pack("<4f", 1, 2, 3, 4)
    found = read_constants("net", network(data("2", 8, 8), data("1", 0, 8, "i64"), data("1, 2", 0, 8)), binary)
    assert [constant.name for constant in found] == ["c0", "c2"]
    assert torch.equal(found[0].tensor, torch.tensor([3.0, 4.0]))
    assert torch.equal(found[1].tensor, torch.tensor([[1.0, 2.0]]))


def test_a_scalar_has_an_empty_shape():
    assert read_constants("net", network(data("", 0, 4)), struct.pack("<f", 5))[0].tensor.item() == 5


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (network(data("4", 4, 16)), "reaches to byte 20 of 16"),
        (network(data("3", 0, 16)), "does not take 16 bytes"),
        (network(data("-4", 0, 16)), "does not take 16 bytes"),
        (network(data("4", -4, 16)), "reaches"),
        (network(data("4", "x", 16)), "no readable shape"),
        (network(data("99999999999,99999999999", 0, 16)), "does not take 16 bytes"),
        (network(""), "no data entry"),
        (b"<net><layers>", "broken"),
        (b"\x00\x01", "broken"),
        (b'<!DOCTYPE n [<!ENTITY a "aaaa">]><net>&a;</net>', "declares entities"),
    ],
)
def test_a_broken_network_is_refused_in_one_sentence(xml, words):
    with pytest.raises(ModelFileError, match=words) as caught:
        read_constants("net", xml, b"\0" * 16)
    assert "\n" not in str(caught.value)


def test_a_network_without_the_expected_constants_is_refused():
    with pytest.raises(ModelFileError, match="8 layers of 512 x 512"):
        name_tensors([], [])
