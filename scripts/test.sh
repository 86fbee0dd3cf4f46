#!/usr/bin/env bash
# All Python tests: scripts/test.sh PYTHON. The fast ones mostly wait for real sockets and clocks:
# four at a time fill two cores. Of the slow ones those that hear in real time run alone; those that
# only watch a camera in real time leave room for another.
# Ends non-zero when any failed.
set -uo pipefail
python=$1
export OPENBLAS_NUM_THREADS=1  # as the server does
failed=0
"$python" -m pytest -rfEs -m "not e2e and not models" -n 4 --dist worksteal || failed=1
"$python" -m pytest -rfEs -m "(e2e or models) and not alone" -n 3 --dist loadfile || failed=1
"$python" -m pytest -rfEs -m "alone and not models" -n 2 --dist load || failed=1
"$python" -m pytest -rfEs -m "alone and models" || failed=1
exit "$failed"
