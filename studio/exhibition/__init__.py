"""The exhibition: the wall, what plays on it, its visitors and its inputs."""
