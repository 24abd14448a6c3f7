#!/usr/bin/env bash
# Runs a command with CHROMIUM naming a browser; installs Debian's when this machine has none.
set -euo pipefail

found() {
  for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name"; then
      return
    fi
  done
  return 1
}

as_root() {
  if [[ $EUID == 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

if ! CHROMIUM=$(found); then
  echo "Installing Chromium for the tests in the browser …" >&2
  if ! { as_root apt-get update -qq && as_root apt-get install -y -qq chromium; } >&2; then
    echo "Chromium could not be installed: install a Chrome, or name one in CHROMIUM." >&2
    exit 1
  fi
  CHROMIUM=$(found)
fi
export CHROMIUM
exec "$@"
