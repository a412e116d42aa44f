"""Tables → landing rows; the only room that knows what a landing file is."""
