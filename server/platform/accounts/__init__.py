"""People: how they come (register, are invited), what owners and administrators change."""
