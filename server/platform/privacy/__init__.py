"""What is kept of people: how long, a copy of it, its end."""
