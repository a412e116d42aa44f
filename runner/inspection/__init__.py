"""A dry run of an import: what would be rejected or looks wrong."""
