# As external_mfa.sh, for Windows: PowerShell 7, and 5.1.
#
# Usage: external_mfa.ps1 <ISSUER> [<ID of the group that may use it>]
param([string]$issuer, [string]$group)
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$graph = 'https://graph.microsoft.com'
if ($env:GRAPH) { $graph = $env:GRAPH }
$graph = "$graph/v1.0"
# Microsoft Graph, and its delegated permissions openid and profile: the same in all tenants.
$graph_app = '00000003-0000-0000-c000-000000000000'
$openid = '37f7f235-527c-4136-accd-4a02d197296e'
$profile_scope = '14dad69e-099b-42c9-810b-d002981feec1'

if (-not $issuer) { throw 'the ISSUER of the service, such as https://login.example.com' }
if ($issuer -notlike 'https://*') { throw 'Entra accepts an issuer with https only' }
if ($issuer -match '[^A-Za-z0-9./:_-]|/$') {
    throw 'the issuer is an address with https, without a slash at its end'
}
if ($group -match '[^0-9a-f-]') { throw 'the group is given by its object ID' }
if (-not (Get-Command az -ErrorAction SilentlyContinue)) {
    throw 'the Azure CLI (az) is not on the PATH: https://aka.ms/install-azure-cli'
}

$name = "Touchstone external MFA ($($issuer.Substring(8)))"

function Assert-Answered {
    if ($LASTEXITCODE -ne 0) { throw 'az refused, as the lines above say.' }
}

function Get-Graph([string]$url, [string]$query) {
    az rest --method get --url $url --query $query --output tsv
    Assert-Answered
}

# az is a batch file on Windows: quotation marks on its command line do not arrive, so the body is in
# a file. For the same reason no address has parentheses without a space.
function Send-Graph([string]$method, [string]$url, [string]$body, [string]$query = '@', [string]$output = 'none') {
    $file = [IO.Path]::GetTempFileName()
    try {
        [IO.File]::WriteAllText($file, $body)
        az rest --method $method --url $url --headers Content-Type=application/json --body "@$file" --query $query --output $output
        Assert-Answered
    }
    finally { Remove-Item $file }
}

# One value, or nothing. Two things of one name would be a guess.
function Get-Only([object[]]$found, [string]$what) {
    if ($found.Count -gt 1) { throw "there are several ${what}: remove all but one" }
    $found
}

$members = @"
"displayName": "$name",
 "web": {"homePageUrl": "$issuer", "redirectUris": ["$issuer/entra/authorize"]},
 "requiredResourceAccess": [{"resourceAppId": "$graph_app", "resourceAccess": [
   {"id": "$openid", "type": "Scope"}, {"id": "$profile_scope", "type": "Scope"}]}]
"@
$found = @(Get-Graph "$graph/applications?`$filter=displayName eq '$name'" 'value[].[id, appId]')
$found = Get-Only $found "app registrations $name"
if (-not $found) {
    Write-Output "making the app registration $name"
    $client = Send-Graph post "$graph/applications" "{`"signInAudience`": `"AzureADMyOrg`", $members}" appId tsv
} else {
    $object, $client = "$found" -split "`t"
    # Without the audience: it may have been opened to other tenants since.
    Send-Graph patch "$graph/applications/$object" "{$members}"
}

$principal = Get-Graph "$graph/servicePrincipals?`$filter=appId eq '$client'" 'value[].id'
if (-not $principal) {
    Write-Output 'making its service principal'
    $body = @"
{"appId": "$client"}
"@
    $principal = Send-Graph post "$graph/servicePrincipals" $body id tsv
}

$resource = Get-Graph "$graph/servicePrincipals?`$filter=appId eq '$graph_app'" 'value[].id'
$consent = Get-Graph "$graph/oauth2PermissionGrants?`$filter=clientId eq '$principal' and resourceId eq '$resource' and consentType eq 'AllPrincipals'" 'value[].id'
if (-not $consent) {
    Write-Output 'consenting to openid and profile for everybody in the tenant'
    $body = @"
{"clientId": "$principal", "consentType": "AllPrincipals", "resourceId": "$resource",
 "scope": "openid profile"}
"@
    Send-Graph post "$graph/oauth2PermissionGrants" $body
}

$tenant = az account show --query tenantId --output tsv
Assert-Answered
Write-Output "EXTERNAL_MFA={`"clientId`":`"$client`",`"tenants`":[`"$tenant`"]}"

$discovery = "$issuer/entra/.well-known/openid-configuration"
$policy = "$graph/policies/authenticationMethodsPolicy"
try {
    $entry = Get-Graph $policy "authenticationMethodConfigurations[?appId=='$client'].id"
} catch {
    throw "the policy cannot be read. Add the method in the Entra admin center, under Authentication methods, Add external method: client ID $client, discovery endpoint $discovery, app ID $client"
}
if ($entry) {
    Write-Output 'the policy has the method already'
    exit 0
}
$state = 'disabled'
$target = 'all_users'
if ($group) {
    $state = 'enabled'
    $target = $group
}
Write-Output "adding the method to the policy, $state"
$body = @"
{"@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration",
 "displayName": "Touchstone", "state": "$state", "appId": "$client",
 "openIdConnectSetting": {"clientId": "$client", "discoveryUrl": "$discovery"},
 "includeTargets": [{"targetType": "group", "id": "$target"}]}
"@
Send-Graph post "$policy/authenticationMethodConfigurations" $body
