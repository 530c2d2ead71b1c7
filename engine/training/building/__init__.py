"""Building data sets: where pictures come from, how each is made ready, and the job that packs them and can go on."""
