#!/bin/sh
# Wait until the service answers, and say what keeps it from that: above all, which setting it refuses.
# azd runs this when it has deployed the code. By hand, run it after any change.
#
# Reads TOUCHSTONE_URL. With the argument "warn" a fault is a warning and the wait is shorter: code
# that is about to be deployed may correct it.
set -eu

url=${TOUCHSTONE_URL:?the address of the service}
page="docs/runbooks.md, Everything is 404, or 503"
patience=60
fail() {
    echo "ERROR: $*" >&2
    exit 1
}
warn() {
    echo "WARNING: $*" >&2
    exit 0
}
if [ "${1:-}" = warn ]; then
    patience=12
    fail() { warn "$@"; }
fi

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# The first of its name; what else a terminal may take for a command is left out.
member() {
    tr ',{' '[\n*]' <"$answer" | sed -n "s/^ *\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1 |
        tr -cd '[:alnum:] _.[]-'
}

ask() {
    : >"$answer"
    failed=0
    status=$(curl --silent --max-time 20 --output "$answer" --write-out '%{http_code}' \
        "$url/health") || failed=$?
    reason=$(member reason)
    title=$(member title)
}

give_up() {
    case $1 in
    refusing)
        fail "the app refuses to start: $reason. If this is a setting, correct it and provision again." \
            "Otherwise deploy again. Its log says why: $page."
        ;;
    nameless)
        warn "$url has no DNS record or no certificate yet, so nobody reaches the service. Make the" \
            "records, wait for the certificate, and ask again: docs/custom-domain.md."
        ;;
    *)
        fail "$url/health does not answer as the service does (HTTP $status $title). A new route of" \
            "Front Door needs minutes, and so does a new role: ask again. Then see $page."
        ;;
    esac
}

attempt=0
lasting=0
while true; do
    ask
    attempt=$((attempt + 1))
    state=waiting
    case $status-$failed-$reason in
    200-0-*)
        case $(member status) in
        ok) echo "The service at $url is up." && exit 0 ;;
        degraded) warn "the service at $url is up, but degraded: $(cat "$answer")" ;;
        esac
        ;;
    503-0-?*) state=refusing ;;
    # curl: the name is not known; no TLS with it; no certificate for it.
    *-6-* | *-35-* | *-60-*) state=nameless ;;
    esac
    [ $state = waiting ] || lasting=$((lasting + 1))
    if [ "$attempt" -ge $patience ] || [ $lasting -ge 12 ]; then
        give_up $state
    fi
    [ "$attempt" -ne 1 ] || echo "Waiting for the service at $url, at most $((patience / 12)) minutes."
    sleep "${PAUSE_SECONDS:-5}"
done
