"""Network families behind the Generator protocol, one file a family."""
