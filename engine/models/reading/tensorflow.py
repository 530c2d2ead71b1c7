"""TensorFlow pickles: progressive GANs, StyleGAN, StyleGAN2 and StyleGAN2-ADA, told apart by their variables."""

from __future__ import annotations

from engine.models.found import FoundFile, FoundNetwork
from engine.models.reading import tf_progressive, tf_stylegan2
from engine.models.reading.persistence import NOT_RUN
from engine.models.reading.source import Source
from engine.models.reading.variables import Variables, is_network, variables_of

KINDS = {
    "progan": "progressive GAN pickle (TensorFlow)",
    "stylegan1": "StyleGAN pickle (TensorFlow)",
    "stylegan2": "StyleGAN2 pickle (TensorFlow)",
}


def read_tensorflow(source: Source, value: object) -> FoundFile:
    """The networks of such a pickle's value: (G, D, Gs), or a lone network."""
    networks = value if isinstance(value, tuple | list) else (value, None, value)
    if len(networks) != 3 or not is_network(networks[2]):
        raise source.error("it does not hold three networks (G, D, Gs)")
    raw, critic, averaged = (variables_of(source, net) if is_network(net) else None for net in networks)
    assert averaged is not None
    generator = generator_of(averaged)
    kind = KINDS.get(generator.family, "pickle of TensorFlow networks")
    code = any(net.has_code for net in (raw, critic, averaged) if net)
    return FoundFile(
        kind="StyleGAN2-ADA pickle (TensorFlow)" if kind == KINDS["stylegan2"] and averaged.version >= 5 else kind,
        generator=generator,
        raw_generator=generator_of(raw) if raw else None,
        discriminator=discriminator_of(critic) if critic else None,
        imports=(),
        facts={"source code": NOT_RUN} if code else {},
    )


def generator_of(network: Variables) -> FoundNetwork:
    synthesis = network.parts.get("synthesis")
    if synthesis is not None and "4x4/Conv/mod_weight" in synthesis:
        return tf_stylegan2.generator(network)
    if synthesis is not None and "4x4/Conv/StyleMod/weight" in synthesis:
        return tf_progressive.stylegan1(network)
    if "4x4/Dense/weight" in network:
        return tf_progressive.progan(network)
    return FoundNetwork("", {"built by": network.build[:100]}, network.unknown())


def discriminator_of(network: Variables) -> FoundNetwork:
    if "Output/weight" in network:
        return tf_stylegan2.discriminator(network)
    if "4x4/Dense1/weight" in network:
        return tf_progressive.discriminator(network)
    return FoundNetwork("", {"built by": network.build[:100]}, network.unknown())
