#!/usr/bin/env bash
# Creates the virtual environment $1 from requirements.lock. Needs Python 3.11+.
set -euo pipefail
venv=${1:?usage: setup.sh VENV}
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Vivavoce needs Python 3.11 or newer (PYTHON=/path/to/python3.11 make run)." >&2
  exit 1
fi
if [ ! -x "$venv/bin/python" ]; then
  echo "Creating the virtual environment ..."
  if ! "$python" -m venv "$venv" 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
      "$python" -m venv "$venv"
    else
      echo "python3 -m venv failed: install your system's python3-venv package." >&2
      exit 1
    fi
  fi
fi
if [ ! -x "$venv/bin/uv" ]; then
  "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
fi
echo "Installing the locked dependencies ..."
VIRTUAL_ENV="$venv" "$venv/bin/uv" pip install --quiet --require-hashes -r requirements.lock
# Compiled once: or else every start of the server and of each of its processes does it again.
"$venv/bin/python" -m compileall -q -j 0 "$venv"/lib/python3*/site-packages >/dev/null 2>&1 || true
