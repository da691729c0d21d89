# Make the keys in the vault: the signing certificate, which renews itself, the sealing key and the
# checkpoint key. Existing keys stay unchanged, so this may run any number of times.
#
# Reads AZURE_KEY_VAULT_NAME and TOUCHSTONE_ALERTS_REACH, which azd sets. Needs the Azure
# CLI, signed in as the deployer. No key is ever on a command line, on the screen, or left in a file.
. (Join-Path $PSScriptRoot 'azure_cli.ps1')

if ($env:TOUCHSTONE_ALERTS_REACH -eq 'nobody') {
    Write-Warning @'
no alert reaches anybody, because alertAddress is "none". A log that was tampered with, a stolen
token or an attacker's key is shown only in the portal, which nobody reads at night.
Set an address with "azd env set TOUCHSTONE_ALERT_ADDRESS <address>", then "azd provision".
'@
}

$vault = $env:AZURE_KEY_VAULT_NAME
if (-not $vault) { throw 'AZURE_KEY_VAULT_NAME: the name of the vault' }
$made = $false
$pause = if ($env:PAUSE_SECONDS) { [int]$env:PAUSE_SECONDS } else { 15 }

# Only what passes by itself is worth waiting for: a role that is not effective yet, and a name of a
# new vault that is not known everywhere yet.
function Wait-Or-Stop([int]$attempt) {
    $waits = switch -Regex ($refusal) {
        'ForbiddenByFirewall|Client address is not authorized' {
            throw "$refusal`nthe vault $vault is closed to this address. Put it into deployerAddresses and provision again, or run this inside the network: docs/deploy.md, A private vault."
        }
        'ForbiddenByConnection|ublic network access is disabled|approved private link' {
            throw "$refusal`nthe vault $vault is closed to the internet. Run this inside the network, or set deployerAddresses and provision again: docs/deploy.md, A private vault."
        }
        'ForbiddenByRbac|Caller is not authorized to perform action' {
            'The vault does not know your role yet. A new role needs minutes.'; break
        }
        'resolve|getaddrinfo|name resolution|Name or service not known|nodename' {
            'The name of the vault is not known here yet.'; break
        }
        default { throw "$refusal`nthe vault $vault cannot be used, as the lines above say." }
    }
    if ($attempt -ge 20) {
        throw "$refusal`nthe vault $vault still refuses. If the caller in the lines above (oid=) is not the one of principalId, sign in to az as the person or identity that deploys, and try again."
    }
    if ($attempt -eq 1) { Write-Host "$waits Waiting for it, at most 5 minutes." }
    Start-Sleep -Seconds $pause
}

function Get-Names([string]$kind) {
    foreach ($attempt in 1..20) {
        $names = @(Invoke-Azure keyvault $kind list --vault-name $vault --query '[].name' --output tsv)
        if ($LASTEXITCODE -eq 0) { return $names }
        Wait-Or-Stop $attempt
    }
}

# 32 bytes, in base64url without padding.
function New-Key {
    $bytes = [byte[]]::new(32)
    [Security.Cryptography.RandomNumberGenerator]::Create().GetBytes($bytes)
    [Convert]::ToBase64String($bytes).Replace('+', '-').Replace('/', '_').TrimEnd('=')
}

function New-Certificate([string]$name, [string]$policy) {
    if (@(Get-Names 'certificate') -contains $name) { return }
    Write-Output "making the certificate $name"
    $script:made = $true
    Invoke-Azure keyvault certificate create --vault-name $vault --name $name --policy "@$PSScriptRoot/$policy" --output none
    if ($LASTEXITCODE -ne 0) { throw "$refusal`ncould not make $name" }
}

function New-Secret([string]$name) {
    if (@(Get-Names 'secret') -contains $name) { return }
    Write-Output "making the secret $name"
    $script:made = $true
    $file = [IO.Path]::GetTempFileName()
    try {
        [IO.File]::WriteAllText($file, (New-Key))
        Invoke-Azure keyvault secret set --vault-name $vault --name $name --file $file --encoding utf-8 --output none
        if ($LASTEXITCODE -ne 0) { throw "$refusal`ncould not make $name" }
    }
    finally { Remove-Item $file }
}

New-Certificate 'touchstone-signing' 'signing_policy.json'
New-Secret 'touchstone-sealing'
New-Secret 'touchstone-checkpoint'
if ($env:TOUCHSTONE_EFFECTIVE_CLIENT_CA -eq 'local') { New-Certificate 'touchstone-client-ca' 'client_ca_policy.json' }
if ($env:TOUCHSTONE_EFFECTIVE_CLIENT_CA -eq 'vault') { New-Certificate 'touchstone-client-ca' 'client_ca_in_vault_policy.json' }

# Keys that were there belong to a service that runs already, and new settings have just restarted it.
if (-not $made -and $env:TOUCHSTONE_URL) { & (Join-Path $PSScriptRoot 'health.ps1') -warn }

if (-not $made -and $env:TOUCHSTONE_IDENTITIES) {
    try {
        & (Join-Path $PSScriptRoot 'credentials.ps1')
    } catch {
        Write-Warning "$_"
        $global:LASTEXITCODE = 1
    }
    if ($LASTEXITCODE -ne 0) {
        Write-Warning 'somebody may have a right that no parameter gives: docs/changes.md, Somebody leaves a profile.'
    }
    exit 0
}
