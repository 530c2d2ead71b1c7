"""Where OSC is listened for, from whom, and who hears what changes: by the settings, or as a show says."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from engine.errors import VisagistError
from engine.show.values import Connections
from studio.exhibition.inputs.osc_port import Network, Peer
from studio.settings import OSC_ALLOWED, OSC_HOST, OSC_PORT, OSC_TARGET, Settings


@dataclass(frozen=True)
class OscPlan:
    """port: 0 is any free one. allowed: besides this machine. target: hears what changes without having asked."""

    host: str
    port: int
    allowed: tuple[Network, ...] = ()
    target: Peer | None = None


def plan_of_settings(settings: Settings) -> OscPlan:
    """As a person has set it up on this machine; VisagistError for an address that is none."""
    allowed, target = allow_list(settings.get(OSC_ALLOWED)), peer_of(settings.get(OSC_TARGET))
    return OscPlan(settings.get(OSC_HOST), settings.get(OSC_PORT), allowed, target)


def plan_of_show(connections: Connections) -> OscPlan:
    """As a show says; VisagistError for an address that is none."""
    allowed, target = allow_list(" ".join(connections.allow)), peer_of(connections.osc_to)
    return OscPlan(connections.host, connections.osc_port, allowed, target)


def allow_list(text: str) -> tuple[Network, ...]:
    """Addresses and networks with commas between them: 192.168.1.20, 10.0.0.0/24. VisagistError for anything else."""
    networks = []
    for word in text.replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(word, strict=False))
        except ValueError as error:
            raise VisagistError(
                f"'{word[:60]}' is no address that may be allowed; write some like 192.168.1.20 or 192.168.1.0/24"
            ) from error
    return tuple(networks)


def peer_of(text: str) -> Peer | None:
    """Who hears what changes, written like 127.0.0.1:9001; nobody where nothing is written."""
    if not text.strip():
        return None
    host, _, port = text.strip().rpartition(":")
    try:
        # an address, since to look a name up could take seconds
        address, number = ipaddress.ip_address(host.strip("[]")), int(port)
    except ValueError:
        number = 0
    if not 0 < number < 65_536:
        raise VisagistError(f"'{text.strip()[:60]}' is no place to send OSC to; write one like 127.0.0.1:9001")
    return str(address), number
