"""Training progressive GANs: data sets, networks, schedule, losses, metrics, and the run folder."""
