"""What every exported picture says of itself: recipe, model, program; as JSON, and as an XMP packet around it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import msgspec
from msgspec import Struct

from engine import __version__
from engine.errors import RecipeError, VisagistError
from engine.frame import Frame
from engine.plain_xml import PlainXMLError, parse_xml
from engine.recipe import Recipe, from_json
from engine.synthetic import SYNTHETIC

FORMAT_VERSION = 1
PROGRAM = f"Visagist {__version__}"
NAMESPACES = {
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "visagist": "urn:visagist:provenance:1/",
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True)
class Provenance:
    """How a picture came about. recipes: one, those of a contact sheet in reading order, or none where it keeps silent.

    model: content hash; title: the model's title, may be empty; size: side in pixels that was rendered.
    """

    recipes: tuple[Recipe, ...]
    model: str
    title: str
    device: str
    precision: str
    size: int
    program: str = PROGRAM

    @property
    def recipe(self) -> Recipe:
        """The recipe of a single picture; VisagistError for a contact sheet."""
        if len(self.recipes) != 1:
            raise VisagistError(
                f"this is a contact sheet of {len(self.recipes)} pictures, so it has no recipe of its own; "
                "open one of its pictures"
            )
        return self.recipes[0]

    def to_json(self) -> str:
        """ASCII JSON, so that it passes through every container unharmed."""
        record = Record(
            recipes=[msgspec.Raw(recipe.to_json()) for recipe in self.recipes],
            model=self.model,
            title=self.title,
            device=self.device,
            precision=self.precision,
            size=self.size,
            program=self.program,
        )
        return json.dumps(json.loads(msgspec.json.encode(record)), separators=(",", ":"))


class Record(Struct, frozen=True):
    """The JSON of a Provenance; recipes migrate by their own versions."""

    recipes: list[msgspec.Raw]
    model: str
    title: str
    device: str
    precision: str
    size: int
    program: str
    format: int = FORMAT_VERSION


def of_frames(frame: Frame, recipes: Sequence[Recipe], title: str) -> Provenance:
    """Provenance of one frame, or of several that one renderer made like it."""
    return Provenance(tuple(recipes), frame.model, title, frame.device, frame.precision, frame.size)


def provenance_from_json(text: bytes | str) -> Provenance:
    """Raises RecipeError with one sentence for anything that is not a provenance this version can read."""
    try:
        record = msgspec.json.decode(text, type=Record)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise RecipeError(f"the recipe inside cannot be read ({error})") from error
    if record.format > FORMAT_VERSION:
        raise RecipeError(
            f"the recipe inside is stored in format {record.format} and this program reads up to {FORMAT_VERSION}; "
            "a newer Visagist opens it"
        )
    if not record.recipes:
        raise RecipeError("the list of recipes inside is empty")
    return Provenance(
        recipes=tuple(from_json(bytes(raw)) for raw in record.recipes),
        model=record.model,
        title=record.title,
        device=record.device,
        precision=record.precision,
        size=record.size,
        program=record.program,
    )


def to_xmp(provenance: Provenance, *, extension: str | None = None) -> bytes:
    """The XMP packet: synthetic mark, program, description, and the JSON.

    extension: where the JSON does not fit into one packet, the name of the packet that holds it instead.
    """
    fields = synthetic_fields(provenance.program, describe(provenance))
    if provenance.recipes:
        fields += [json_field(provenance) if extension is None else element("xmpNote:HasExtendedXMP", extension)]
    return packet(fields)


def synthetic_xmp(description: str, project: bytes | None = None) -> bytes:
    """The XMP packet of what has no recipe of its own: synthetic mark, program, description.

    project: the JSON of the one that it was made of.
    """
    fields = synthetic_fields(PROGRAM, plain(description))
    if project is not None:
        ascii_only = json.dumps(json.loads(project), separators=(",", ":"))
        fields += [element("visagist:project", escape(ascii_only))]
    return packet(fields)


def project_of(xmp: bytes) -> str | None:
    """The JSON of the project in a packet; None where there is none. Raises RecipeError for broken XML."""
    return field_of(xmp, "project", "visagist")


def synthetic_fields(program: str, description: str) -> list[str]:
    """What all packets say."""
    told = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(description)}</rdf:li></rdf:Alt>'
    return [
        element("xmp:CreatorTool", escape(plain(program))),
        element("Iptc4xmpExt:DigitalSourceType", SYNTHETIC),
        element("dc:description", told),
    ]


def packet(fields: Sequence[str]) -> bytes:
    """Fields as a whole packet."""
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{rdf(fields)}<?xpacket end="w"?>'.encode()


def to_extension(provenance: Provenance) -> bytes:
    """The JSON alone as XMP, for containers whose packets are short (XMP part 3, 1.1.3.1)."""
    return rdf([json_field(provenance)]).encode()


def from_xmp(xmp: bytes) -> Provenance | None:
    """The provenance of a packet, None where the packet is not one of ours. Raises RecipeError for broken XML."""
    text = field_of(xmp, "provenance", "visagist")
    return None if text is None else provenance_from_json(text)


def extension_of(xmp: bytes) -> str | None:
    """The name of the packet that continues this one."""
    return field_of(xmp, "HasExtendedXMP", "xmpNote")


def field_of(xmp: bytes, name: str, prefix: str) -> str | None:
    """A simple field, written as an element or, as some programs rewrite it, as an attribute."""
    try:
        root = parse_xml(xmp.rstrip(b"\0 "))
    except PlainXMLError as error:
        raise RecipeError(f"its description (XMP) cannot be read: {error}") from error
    key = f"{{{NAMESPACES[prefix]}}}{name}"
    for node in root.iter(f"{{{RDF}}}Description"):
        if key in node.attrib:
            return node.attrib[key]
        if (child := node.find(key)) is not None:
            return child.text or ""
    return None


def alternative_of(xmp: bytes, name: str, prefix: str) -> str:
    """The first text of a field that has one for each language; empty where there is none."""
    try:
        root = parse_xml(xmp.rstrip(b"\0 "))
    except PlainXMLError as error:
        raise RecipeError(f"its description (XMP) cannot be read: {error}") from error
    field = root.find(f".//{{{NAMESPACES[prefix]}}}{name}")
    texts = [] if field is None else [node.text or "" for node in field.iter(f"{{{RDF}}}li")]
    return texts[0] if texts else ""


def describe(provenance: Provenance) -> str:
    """A sentence for people who look at the picture's properties."""
    what = (
        "Synthetic picture"
        if len(provenance.recipes) <= 1
        else f"Sheet of {len(provenance.recipes)} synthetic pictures"
    )
    model = f"the model {provenance.title}" if provenance.title else "the model"
    return plain(
        f"{what}, made by {provenance.program} with {model} ({provenance.model[:12]}). It shows nobody who exists."
    )


def json_field(provenance: Provenance) -> str:
    return element("visagist:provenance", escape(provenance.to_json()))


def element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


def rdf(fields: Sequence[str]) -> str:
    """The frame that XMP puts around its fields."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="" {spaces}>'
        f"{''.join(fields)}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def plain(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return NOT_XML.sub("", text)
