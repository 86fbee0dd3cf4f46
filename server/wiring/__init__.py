"""The composition roots: what one process is made of."""
