"""How fast this machine makes pictures: medians over interleaved repeats, ratios taken in one run. Never a test."""
