"""How near a generator's pictures come to real ones. Needs no downloaded network, but for FID and KID."""
