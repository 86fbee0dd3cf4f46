"""Interviews as versioned plans, the questions they are made of, and who may sit them."""
