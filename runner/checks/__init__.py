"""The checks of a build, and how their results are shown."""
