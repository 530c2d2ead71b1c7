"""The Quiz workspace and the scene that also plays on a wall: real or generated, wild or tame, this network or that."""
