#!/bin/sh
# Bring a Chromium for the browser tests, unless this machine has one or a Chrome.
set -eu
cd "$(dirname "$0")/.."

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ]; then
    exit 0
fi

install_chromium() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends chromium
    else
        .venv/bin/python -m playwright install chromium
    fi
}

echo "installing Chromium" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! install_chromium >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "Chromium is missing: install it or Chrome, and run make test again" >&2
    exit 1
fi
