#!/bin/sh
# List what lets somebody act as one of our identities in Azure although no parameter names it. A
# deployment deletes nothing: what leaves accessProfiles stays, and so does what somebody adds by hand.
#
# Reads AZURE_RESOURCE_GROUP, TOUCHSTONE_IDENTITIES and TOUCHSTONE_URL, outputs of the last deployment.
# Exit status: 0 nothing was found, 1 something was, else the Azure CLI could not answer.
set -eu

group=${AZURE_RESOURCE_GROUP:?the resource group}
named=${TOUCHSTONE_IDENTITIES:?the identities that the last deployment named}
issuer=${TOUCHSTONE_URL:?the address of the service}
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT

identities() {
    az identity list --resource-group "$group" --query "$1" --output tsv || exit 2
}

credentials() {
    az identity federated-credential list --resource-group "$group" --identity-name "$1" \
        --query "[?issuer!='$issuer' || !contains(\`$named\`[?identity=='$1'].subjects[].[name, subject], [name, subject])].[name, subject, issuer]" \
        --output tsv </dev/null || exit 2
}

identities "[].name" >"$private/all"
while read -r identity; do
    credentials "$identity" >"$private/credentials"
    while IFS="$(printf '\t')" read -r name subject from; do
        cat <<END
No parameter names the credential $name of $identity, which accepts $subject of $from. Remove it:
  az identity federated-credential delete --resource-group $group --identity-name $identity --name $name --yes
END
    done <"$private/credentials"
done <"$private/all" >"$private/found"

identities "[?!contains(\`$named\`[].identity, name)].[name, principalId]" >"$private/unnamed"
while IFS="$(printf '\t')" read -r identity principal; do
    cat <<END
No parameter names the identity $identity. Remove its roles, then the identity:
  az role assignment list --all --assignee $principal --query "[].id" --output tsv | xargs -n 1 az role assignment delete --ids
  az identity delete --resource-group $group --name $identity
END
done <"$private/unnamed" >>"$private/found"

cat "$private/found"
! grep -q . "$private/found"
