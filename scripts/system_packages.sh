#!/usr/bin/env bash
# Installs the Debian packages that the named purpose wants, or says what is missing and what that costs.
set -u
purpose=${1:-run}
declare -A packages=( [chromium]=chromium )
[ "$purpose" = ci ] && packages[redis-server]=redis-server
missing=()
for command in "${!packages[@]}"; do
  command -v "$command" >/dev/null 2>&1 || missing+=("${packages[$command]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing system packages: ${missing[*]}"
  apt-get update -qq >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && exit 0
fi
echo "Not installed: ${missing[*]}. The tests that need them are skipped (install them with your package manager)."
exit 0
