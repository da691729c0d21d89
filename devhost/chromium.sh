#!/bin/sh
# Bring a Chromium for the browser tests, unless there is one, or a Chrome, where they look.
set -eu
cd "$(dirname "$0")/.."

for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done

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
