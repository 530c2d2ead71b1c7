"""A bounded cache of stage states: the newest stay, the oldest go when the bytes run out."""

from __future__ import annotations

from collections import OrderedDict

from engine.networks.generator import State


class StageCache:
    """Least recently used states by key; limit in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.states: OrderedDict[bytes, State] = OrderedDict()
        self.nbytes = 0

    def get(self, key: bytes) -> State | None:
        """The state of this key, or None."""
        state = self.states.get(key)
        if state is not None:
            self.states.move_to_end(key)
        return state

    def put(self, key: bytes, state: State) -> None:
        """Keep a state; one that is larger than the limit is not kept."""
        if key in self.states or state.nbytes > self.limit:
            return
        self.states[key] = state
        self.nbytes += state.nbytes
        while self.nbytes > self.limit:
            _, oldest = self.states.popitem(last=False)
            self.nbytes -= oldest.nbytes

    def clear(self) -> None:
        """Forget everything."""
        self.states.clear()
        self.nbytes = 0
