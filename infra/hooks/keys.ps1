# Make the keys in the vault: the signing certificate, which renews itself, the sealing key and the
# checkpoint key. Existing keys stay unchanged, so this may run any number of times.
#
# Reads AZURE_KEY_VAULT_NAME and TOUCHSTONE_ALERTS_REACH, which azd sets. Needs the Azure
# CLI, signed in as the deployer. No key is ever on a command line, on the screen, or left in a file.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

if ($env:TOUCHSTONE_ALERTS_REACH -eq 'nobody') {
    Write-Warning @'
no alert reaches anybody, because alertAddress is "none". A log that was tampered with, a stolen
token or an attacker's key is shown only in the portal, which nobody reads at night.
Set an address with "azd env set TOUCHSTONE_ALERT_ADDRESS <address>", then "azd provision".
'@
}

$vault = $env:AZURE_KEY_VAULT_NAME
if (-not $vault) { throw 'AZURE_KEY_VAULT_NAME: the name of the vault' }
$pause = if ($env:PAUSE_SECONDS) { [int]$env:PAUSE_SECONDS } else { 15 }

# A new role needs minutes to become effective. Until then the vault refuses.
function Get-Names([string]$kind) {
    foreach ($attempt in 1..20) {
        $names = az keyvault $kind list --vault-name $vault --query '[].name' --output tsv
        if ($LASTEXITCODE -eq 0) { return @($names) }
        Start-Sleep -Seconds $pause
    }
    throw "The vault $vault cannot be used from here. It may be closed to this address (deployerAddresses), or you may lack the roles (principalId): docs/deploy.md."
}

# 32 bytes, in base64url without padding.
function New-Key {
    $bytes = [Security.Cryptography.RandomNumberGenerator]::GetBytes(32)
    [Convert]::ToBase64String($bytes).Replace('+', '-').Replace('/', '_').TrimEnd('=')
}

function New-Certificate([string]$name) {
    if ((Get-Names 'certificate') -contains $name) { return }
    Write-Output "making the certificate $name"
    az keyvault certificate create --vault-name $vault --name $name --policy "@$PSScriptRoot/signing_policy.json" --output none
    if ($LASTEXITCODE -ne 0) { throw "could not make $name" }
}

function New-Secret([string]$name) {
    if ((Get-Names 'secret') -contains $name) { return }
    Write-Output "making the secret $name"
    $file = [IO.Path]::GetTempFileName()
    try {
        [IO.File]::WriteAllText($file, (New-Key))
        az keyvault secret set --vault-name $vault --name $name --file $file --encoding utf-8 --output none
        if ($LASTEXITCODE -ne 0) { throw "could not make $name" }
    }
    finally { Remove-Item $file }
}

New-Certificate 'touchstone-signing'
New-Secret 'touchstone-sealing'
New-Secret 'touchstone-checkpoint'
