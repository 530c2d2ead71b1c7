"""The command line, one file a group of commands. Torch is imported inside the commands that need it."""
