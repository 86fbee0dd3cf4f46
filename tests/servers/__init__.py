"""Real servers for the tests, on loopback, built or installed once."""
