#!/usr/bin/env bash
# Installs the Debian packages that the tests want, or says what is missing and what that costs.
set -u
wanted=()
command -v chromium >/dev/null 2>&1 || wanted+=(chromium)
[ -d /usr/share/fonts/truetype/noto ] || wanted+=(fonts-noto-core)
[ -d /usr/share/fonts/opentype/noto ] || wanted+=(fonts-noto-cjk)
command -v redis-server >/dev/null 2>&1 || wanted+=(redis-server)
[ ${#wanted[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing system packages: ${wanted[*]}"
  apt-get update -qq >/dev/null 2>&1
  if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${wanted[@]}" >/tmp/vivavoce-apt.log 2>&1; then
    exit 0
  fi
  tail -3 /tmp/vivavoce-apt.log
fi
echo "Not installed: ${wanted[*]}. Tests that need them are skipped with the reason."
