"""The checks of a build, and the output of their results."""
