#!/bin/sh
# Bring a Chromium for the browser tests. The headless shell takes a third of the time of a whole
# browser, so it is installed beside one, too. If that fails, a browser that is there is used.
set -eu
cd "$(dirname "$0")/.."

has() {
    for name in "$@"; do
        if command -v "$name" >/dev/null; then
            return 0
        fi
    done
    return 1
}

may_install_packages() {
    [ "$(id -u)" = 0 ] && has apt-get
}

install_package() {
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "$1"
}

install_headless_shell() {
    may_install_packages && apt-get update -qq && install_package chromium-headless-shell
}

install_chromium() {
    if may_install_packages; then
        install_package chromium
    else
        .venv/bin/python -m playwright install --only-shell chromium
    fi
}

if has "${CHROMIUM:-chromium-headless-shell}"; then
    exit 0
fi

echo "installing Chromium's headless shell" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if install_headless_shell >"$log" 2>&1 </dev/null; then
    exit 0
fi
if has chromium chromium-browser google-chrome; then
    exit 0
fi
if ! install_chromium >>"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "Chromium is missing: install it or Chrome, and run make test again" >&2
    exit 1
fi
