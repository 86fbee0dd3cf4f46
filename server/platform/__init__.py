"""Use cases and what they keep, without routes of their own."""
