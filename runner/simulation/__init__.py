"""An invented log of any size, and the demo log."""
