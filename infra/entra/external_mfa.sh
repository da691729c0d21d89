#!/bin/sh
# Let Entra ask Touchstone for the second factor of sign-ins: make the app registration, its service
# principal with the administrator's consent, and the entry in the policy of authentication methods.
# What exists is brought into this state and never doubled, so this may run any number of times.
#
# Usage: external_mfa.sh <ISSUER> [<ID of the group that may use it>]
#
# Needs the Azure CLI, signed in to the tenant whose people are to use it, with the roles Application
# Administrator, Privileged Role Administrator and Authentication Policy Administrator. Without a
# group, a new entry of the policy is disabled. An existing entry keeps its state and its groups.
set -eu

stop() {
    echo "ERROR: $*" >&2
    exit 1
}

issuer=${1:?the ISSUER of the service, such as https://login.example.com}
group=${2:-}
graph=${GRAPH:-https://graph.microsoft.com}/v1.0
# Microsoft Graph, and its delegated permissions openid and profile: the same in all tenants.
graph_app=00000003-0000-0000-c000-000000000000
openid=37f7f235-527c-4136-accd-4a02d197296e
profile_scope=14dad69e-099b-42c9-810b-d002981feec1

case $issuer in
https://*[!A-Za-z0-9./:_-]* | */) stop "the issuer is an address with https, without a slash at its end" ;;
https://*) ;;
*) stop "Entra accepts an issuer with https only" ;;
esac
case $group in *[!0-9a-f-]*) stop "the group is given by its object ID" ;; esac
command -v az >/dev/null || stop "the Azure CLI (az) is not on the PATH: https://aka.ms/install-azure-cli"

name="Touchstone external MFA (${issuer#https://})"

get() {
    az rest --method get --url "$1" --query "$2" --output tsv
}

send() {
    az rest --method "$1" --url "$2" --headers Content-Type=application/json --body "$3" \
        --query "${4:-@}" --output "${5:-none}"
}

# One value, or nothing. Two things of one name would be a guess.
only() {
    case $1 in
    *"
"*) stop "there are several $2: remove all but one" ;;
    esac
    printf %s "$1"
}

members=$(
    cat <<END
"displayName": "$name",
 "web": {"homePageUrl": "$issuer", "redirectUris": ["$issuer/entra/authorize"]},
 "requiredResourceAccess": [{"resourceAppId": "$graph_app", "resourceAccess": [
   {"id": "$openid", "type": "Scope"}, {"id": "$profile_scope", "type": "Scope"}]}]
END
)
found=$(get "$graph/applications?\$filter=displayName eq '$name'" 'value[].[id, appId]')
found=$(only "$found" "app registrations $name")
tab=$(printf '\t')
if [ -z "$found" ]; then
    echo "making the app registration $name"
    client=$(send post "$graph/applications" "{\"signInAudience\": \"AzureADMyOrg\", $members}" appId tsv)
else
    object=${found%"$tab"*} client=${found#*"$tab"}
    # Without the audience: it may have been opened to other tenants since.
    send patch "$graph/applications/$object" "{$members}"
fi

principal=$(get "$graph/servicePrincipals?\$filter=appId eq '$client'" 'value[].id')
if [ -z "$principal" ]; then
    echo "making its service principal"
    body=$(
        cat <<END
{"appId": "$client"}
END
    )
    principal=$(send post "$graph/servicePrincipals" "$body" id tsv)
fi

resource=$(get "$graph/servicePrincipals?\$filter=appId eq '$graph_app'" 'value[].id')
consent=$(get "$graph/oauth2PermissionGrants?\$filter=clientId eq '$principal' and resourceId eq '$resource' and consentType eq 'AllPrincipals'" 'value[].id')
if [ -z "$consent" ]; then
    echo "consenting to openid and profile for everybody in the tenant"
    body=$(
        cat <<END
{"clientId": "$principal", "consentType": "AllPrincipals", "resourceId": "$resource",
 "scope": "openid profile"}
END
    )
    send post "$graph/oauth2PermissionGrants" "$body"
fi

tenant=$(az account show --query tenantId --output tsv)
echo "EXTERNAL_MFA={\"clientId\":\"$client\",\"tenants\":[\"$tenant\"]}"

discovery="$issuer/entra/.well-known/openid-configuration"
policy="$graph/policies/authenticationMethodsPolicy"
if ! entry=$(get "$policy" "authenticationMethodConfigurations[?appId=='$client'].id"); then
    stop "the policy cannot be read. Add the method in the Entra admin center, under Authentication" \
        "methods, Add external method: client ID $client, discovery endpoint $discovery, app ID $client"
fi
if [ -n "$entry" ]; then
    echo "the policy has the method already"
    exit 0
fi
state=disabled target=all_users
if [ -n "$group" ]; then
    state=enabled target=$group
fi
echo "adding the method to the policy, $state"
body=$(
    cat <<END
{"@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration",
 "displayName": "Touchstone", "state": "$state", "appId": "$client",
 "openIdConnectSetting": {"clientId": "$client", "discoveryUrl": "$discovery"},
 "includeTargets": [{"targetType": "group", "id": "$target"}]}
END
)
send post "$policy/authenticationMethodConfigurations" "$body"
