"""Tables → landing rows; no other room knows the format of landing files."""
