"""Measurements, each beside a peer or a limit; libraries use threads as in the server."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
