"""What staff read after an interview: the body, how it is built, how it is printed."""
