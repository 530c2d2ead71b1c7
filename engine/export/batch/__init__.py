"""Many pictures of one model: as folders or as one archive, in shards, with a manifest that a crash cannot break."""
