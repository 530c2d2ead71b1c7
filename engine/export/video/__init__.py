"""Moving pictures: presets, frames to packets in segments that survive a crash, and the finished file."""
