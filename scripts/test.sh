#!/usr/bin/env bash
# All Python tests: scripts/test.sh PYTHON. Those that hear and see in real time run first, one at a
# time and with precedence; the fast ones, which mostly wait, fill the cores beside them. The slow
# ones follow, some at a time. Ends non-zero when any failed.
set -uo pipefail
python=$1
fast=$(mktemp)
trap 'rm -f "$fast"' EXIT
failed=0

nice -n 15 "$python" -m pytest -rs -m "not e2e and not models" -n 3 --dist worksteal \
  >"$fast" 2>&1 &
beside=$!
"$python" -m pytest -rs -m alone || failed=1
wait "$beside" || failed=1
cat "$fast"
"$python" -m pytest -rs -m "(e2e or models) and not alone" -n 3 --dist loadfile || failed=1
exit "$failed"
