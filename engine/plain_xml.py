"""XML from strangers: parsed only when it declares no document type, so no entity can blow up its reader."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from xml.etree.ElementTree import Element
from xml.parsers.expat import ExpatError, ParserCreate


class PlainXMLError(ValueError):
    """What is wrong with the XML, as half a sentence."""


def parse_xml(xml: bytes) -> Element:
    """The root element. Raises PlainXMLError."""
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
        return ElementTree.fromstring(xml)
    except (ExpatError, ElementTree.ParseError, ValueError, LookupError) as error:
        if isinstance(error, PlainXMLError):
            raise
        # ValueError and LookupError: an encoding that Python does not know
        raise PlainXMLError(f"the XML is broken ({error})") from error


def refuse(*_: object) -> None:
    raise PlainXMLError("the XML declares entities or a document type, where traps could hide")
