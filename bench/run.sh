#!/usr/bin/env bash
# Every benchmark in order. Fails only when one of them crashes; a goal not met is printed.
set -u
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
failed=0
for name in sessions storage following stores api cut_ins reply_gap barge_in incremental stored encoder; do
  [ -f "bench/$name.py" ] || continue
  printf '\n==== bench/%s.py ====\n' "$name"
  "$python" -m "bench.$name" || { echo "bench/$name.py crashed ($?)"; failed=1; }
done
exit $failed
