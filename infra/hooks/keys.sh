#!/bin/sh
# Make the keys in the vault: the signing certificate, which renews itself, the sealing key, the
# checkpoint key and, with clientCa, the certificate of the authority for client certificates.
# Existing keys stay unchanged, so this may run any number of times.
#
# Reads AZURE_KEY_VAULT_NAME, TOUCHSTONE_ALERTS_REACH and TOUCHSTONE_EFFECTIVE_CLIENT_CA, which azd
# sets. Needs the Azure CLI, signed in as the deployer. No key is ever on a command line, on the
# screen, or in a file that others can read.
set -eu
umask 077
here=$(dirname "$0")
# shellcheck source=infra/hooks/azure_cli.sh
. "$here/azure_cli.sh"

if [ "${TOUCHSTONE_ALERTS_REACH:-}" = nobody ]; then
    cat >&2 <<'END'
WARNING: no alert reaches anybody, because alertAddress is "none". A log that was tampered with, a stolen
token or an attacker's key is shown only in the portal, which nobody reads at night.
Set an address with "azd env set TOUCHSTONE_ALERT_ADDRESS <address>", then "azd provision".
END
fi

vault=${AZURE_KEY_VAULT_NAME:?the name of the vault}
made=
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT

# Only what passes by itself is worth waiting for: a role that is not effective yet, and a name of a
# new vault that is not known everywhere yet.
wait_or_stop() {
    case $(cat "$private/refusal") in
    *ForbiddenByFirewall* | *"Client address is not authorized"*)
        cat "$private/refusal" >&2
        stop "the vault $vault is closed to this address. Put it into deployerAddresses and provision" \
            "again, or run this inside the network: docs/deploy.md, A private vault."
        ;;
    *ForbiddenByConnection* | *"ublic network access is disabled"* | *"approved private link"*)
        cat "$private/refusal" >&2
        stop "the vault $vault is closed to the internet. Run this inside the network, or set" \
            "deployerAddresses and provision again: docs/deploy.md, A private vault."
        ;;
    *ForbiddenByRbac* | *"Caller is not authorized to perform action"*)
        reason="The vault does not know your role yet. A new role needs minutes." ;;
    *resolve* | *getaddrinfo* | *"name resolution"* | *"Name or service not known"* | *nodename*)
        reason="The name of the vault is not known here yet." ;;
    *)
        cat "$private/refusal" >&2
        stop "the vault $vault cannot be used, as the lines above say."
        ;;
    esac
    if [ "$1" = 1 ]; then
        echo "$reason Waiting for it, at most 5 minutes."
    elif [ "$1" -ge 20 ]; then
        cat "$private/refusal" >&2
        stop "the vault $vault still refuses. If the caller in the lines above (oid=) is not the one of" \
            "principalId, sign in to az as the person or identity that deploys, and try again."
    fi
    sleep "${PAUSE_SECONDS:-15}"
}

list_names_of() {
    attempt=1
    until azure keyvault "$1" list --vault-name "$vault" --query "[].name" --output tsv \
        >"$private/names" 2>"$private/refusal"; do
        wait_or_stop "$attempt"
        attempt=$((attempt + 1))
    done
}

is_listed() {
    tr -d '\r' <"$private/names" | grep -Fqx "$1"
}

# 32 bytes, in base64url without padding.
random_key() {
    head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'
}

make_certificate() {
    list_names_of certificate
    if ! is_listed "$1"; then
        echo "making the certificate $1"
        made=true
        azure keyvault certificate create --vault-name "$vault" --name "$1" \
            --policy "@$here/$2" --output none
    fi
}

make_secret() {
    list_names_of secret
    if ! is_listed "$1"; then
        echo "making the secret $1"
        made=true
        random_key >"$private/key"
        azure keyvault secret set --vault-name "$vault" --name "$1" \
            --file "$private/key" --encoding utf-8 --output none
        rm "$private/key"
    fi
}

make_certificate touchstone-signing signing_policy.json
make_secret touchstone-sealing
make_secret touchstone-checkpoint
case ${TOUCHSTONE_EFFECTIVE_CLIENT_CA:-none} in
local) make_certificate touchstone-client-ca client_ca_policy.json ;;
vault) make_certificate touchstone-client-ca client_ca_in_vault_policy.json ;;
esac

# Keys that were there belong to a service that runs already, and new settings have just restarted it.
if [ -z "$made" ] && [ -n "${TOUCHSTONE_URL:-}" ]; then
    sh "$here/health.sh" warn
fi

if [ -z "$made" ] && [ -n "${TOUCHSTONE_IDENTITIES:-}" ]; then
    sh "$here/credentials.sh" >&2 ||
        echo "WARNING: somebody may have a right that no parameter gives: docs/changes.md," \
            "Somebody leaves a profile." >&2
fi
