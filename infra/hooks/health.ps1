# As health.sh, for Windows.
param([switch]$warn)
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$url = $env:TOUCHSTONE_URL
if (-not $url) { throw 'TOUCHSTONE_URL: the address of the service' }
$page = 'docs/runbooks.md, Everything is 404, or 503'
$patience = if ($warn) { 12 } else { 60 }
$pause = if ($env:PAUSE_SECONDS) { [int]$env:PAUSE_SECONDS } else { 5 }

function Stop-Waiting([string]$fault) {
    if (-not $warn) { throw $fault }
    Write-Warning $fault
    exit 0
}

function Get-Member-Of([string]$text, [string]$name) {
    if ($text -match "`"$name`": *`"([^`"]*)`"") { $Matches[1] -replace '[^\w .\[\]-]', '' } else { '' }
}

$lasting = 0
$file = [IO.Path]::GetTempFileName()
try {
    foreach ($attempt in 1..$patience) {
        Set-Content -Path $file -Value ''
        # Not "curl", which is another command in PowerShell 5.1.
        $status = curl.exe --silent --max-time 20 --output $file --write-out '%{http_code}' "$url/health"
        $failed = $LASTEXITCODE
        $answer = "$(Get-Content -Raw -Path $file)"
        $reason = Get-Member-Of $answer 'reason'
        $title = Get-Member-Of $answer 'title'
        $state = 'waiting'
        if ($failed -eq 0 -and $status -eq '200') {
            switch (Get-Member-Of $answer 'status') {
                'ok' { Write-Output "The service at $url is up."; exit 0 }
                'degraded' { Write-Warning "the service at $url is up, but degraded: $answer"; exit 0 }
            }
        }
        elseif ($failed -eq 0 -and $status -eq '503' -and $reason) { $state = 'refusing' }
        # curl: the name is not known; no TLS with it; no certificate for it.
        elseif (@(6, 35, 60) -contains $failed) { $state = 'nameless' }
        if ($state -ne 'waiting') { $lasting += 1 }
        if ($lasting -ge 12) { break }
        if ($attempt -eq 1) { Write-Output "Waiting for the service at $url, at most $($patience / 12) minutes." }
        if ($attempt -lt $patience) { Start-Sleep -Seconds $pause }
    }
}
finally { Remove-Item $file }

if ($state -eq 'refusing') {
    Stop-Waiting "the app refuses to start: $reason. If this is a setting, correct it and provision again. Otherwise deploy again. Its log says why: $page."
}
if ($state -eq 'nameless') {
    Write-Warning "$url has no DNS record or no certificate yet, so nobody reaches the service. Make the records, wait for the certificate, and ask again: docs/custom-domain.md."
    exit 0
}
Stop-Waiting "$url/health does not answer as the service does (HTTP $status $title). A new route of Front Door needs minutes, and so does a new role: ask again. Then see $page."
