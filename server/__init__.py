"""The server and what it is made of."""

import os

# Before numpy is loaded. Its matrices here are small: a second thread only waits for the first,
# and took three quarters of what an evaluation cost (`docs/topics/performance.md`).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
