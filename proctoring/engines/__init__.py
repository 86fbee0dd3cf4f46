"""Models behind a small face: one file each, imported in the worker process only."""
