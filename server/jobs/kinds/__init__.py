"""The kinds of work, one file each; `server/jobs/kind.py` finds them."""
