#!/usr/bin/env bash
# The interface's types for our pages, from the OpenAPI document: scripts/api_types.sh PYTHON [--check].
set -euo pipefail
out=web/src/api.gen.ts
document=$(mktemp)
trap 'rm -f "$document"' EXIT
"$1" -m server openapi > "$document"
made() {
  npx --no-install openapi-typescript "$document" --output "$out" --root-types \
    --root-types-no-schema-prefix --alphabetize --default-non-nullable false "$@" > /dev/null
}
if [ "${2:-}" = --check ]; then
  made --check 2> /dev/null || { echo "$out is not up to date: run \`make generate\`"; exit 1; }
else
  made
fi
