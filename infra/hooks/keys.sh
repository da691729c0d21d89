#!/bin/sh
# Make the keys in the vault: the signing certificate, which renews itself, the sealing key and the
# checkpoint key. Existing keys stay unchanged, so this may run any number of times.
#
# Reads AZURE_KEY_VAULT_NAME and TOUCHSTONE_ALERTS_REACH, which azd sets. Needs the Azure
# CLI, signed in as the deployer. No key is ever on a command line, on the screen, or in a file that
# others can read.
set -eu
umask 077

if [ "${TOUCHSTONE_ALERTS_REACH:-}" = nobody ]; then
    cat >&2 <<'END'
WARNING: no alert reaches anybody, because alertAddress is "none". A log that was tampered with, a stolen
token or an attacker's key is shown only in the portal, which nobody reads at night.
Set an address with "azd env set TOUCHSTONE_ALERT_ADDRESS <address>", then "azd provision".
END
fi

vault=${AZURE_KEY_VAULT_NAME:?the name of the vault}
here=$(dirname "$0")
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT

# A new role needs minutes to become effective. Until then the vault refuses.
patiently() {
    attempt=1
    until "$@" 2>"$private/refusal"; do
        if [ "$attempt" -ge 20 ]; then
            cat "$private/refusal" >&2
            echo "The vault $vault cannot be used from here. It may be closed to this address" \
                "(deployerAddresses), or you may lack the roles (principalId): docs/deploy.md." >&2
            return 1
        fi
        attempt=$((attempt + 1))
        sleep "${PAUSE_SECONDS:-15}"
    done
}

names_of() {
    az keyvault "$1" list --vault-name "$vault" --query "[].name" --output tsv
}

# 32 bytes, in base64url without padding.
random_key() {
    head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'
}

make_certificate() {
    patiently names_of certificate >"$private/names"
    if ! grep -Fqx "$1" "$private/names"; then
        echo "making the certificate $1"
        az keyvault certificate create --vault-name "$vault" --name "$1" \
            --policy "@$here/signing_policy.json" --output none
    fi
}

make_secret() {
    patiently names_of secret >"$private/names"
    if ! grep -Fqx "$1" "$private/names"; then
        echo "making the secret $1"
        random_key >"$private/key"
        az keyvault secret set --vault-name "$vault" --name "$1" \
            --file "$private/key" --encoding utf-8 --output none
        rm "$private/key"
    fi
}

make_certificate touchstone-signing
make_secret touchstone-sealing
make_secret touchstone-checkpoint
