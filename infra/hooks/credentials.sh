#!/bin/sh
# List what lets somebody act as one of our identities in Azure although no parameter names it. A
# deployment deletes nothing: what leaves accessProfiles stays, and so does what somebody adds by hand.
#
# Reads AZURE_RESOURCE_GROUP, TOUCHSTONE_IDENTITIES and TOUCHSTONE_URL, outputs of the last deployment.
# Fails if it finds anything, or if Azure does not answer.
set -eu
here=$(dirname "$0")
# shellcheck source=infra/hooks/azure_cli.sh
. "$here/azure_cli.sh"

group=${AZURE_RESOURCE_GROUP:?the resource group}
named=${TOUCHSTONE_IDENTITIES:?the identities that the last deployment named}
issuer=${TOUCHSTONE_URL:?the address of the service}
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT

# Of lists. Windows' az ends each line with a carriage return.
ask() {
    azure "$@" --output tsv >"$private/answer" </dev/null || stop "the identities cannot be listed"
    tr -d '\r' <"$private/answer"
}

ask identity list --resource-group "$group" --query "[].name" >"$private/all"
while read -r identity; do
    accepted="\`$named\`[?identity=='$identity'].subjects[].[name, subject]"
    ask identity federated-credential list --resource-group "$group" --identity-name "$identity" \
        --query "[?issuer!='$issuer' || !contains($accepted, [name, subject])].[name, subject, issuer]" \
        >"$private/credentials"
    while IFS="$(printf '\t')" read -r name subject from; do
        cat <<END
No parameter names the credential $name of $identity, which accepts $subject of $from. Remove it:
  az identity federated-credential delete --resource-group $group --identity-name $identity --name $name --yes
END
    done <"$private/credentials"
done <"$private/all" >"$private/found"

ask identity list --resource-group "$group" \
    --query "[?!contains(\`$named\`[].identity, name)].[name, principalId]" >"$private/unnamed"
while IFS="$(printf '\t')" read -r identity principal; do
    cat <<END
No parameter names the identity $identity. Remove its roles, then the identity:
  for id in \$(az role assignment list --all --assignee $principal --query "[].id" --output tsv); do az role assignment delete --ids "\$id"; done
  az identity delete --resource-group $group --name $identity
END
done <"$private/unnamed" >>"$private/found"

cat "$private/found"
! grep -q . "$private/found"
