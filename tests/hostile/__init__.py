"""What strangers may send: mutated by chance from a seed. `make soak` runs it longer."""
