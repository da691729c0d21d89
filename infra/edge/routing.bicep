// Routes from the Front Door to the app, with TLS on both sides, through a firewall that limits the
// requests of one address. The service's own limits are finer; this one prevents a flood from starting
// instances.

@description('Suffix of resource names.')
param token string

@description('Tags of all resources.')
param tags { *: string }

@description('Host name of the app.')
param originHost string

@description('Your own host name; empty: none.')
param customDomain string

@description('POST requests that one address may send in a minute.')
param postsPerMinute int = 600

@description('Requests of any kind that one address may send in a minute.')
param requestsPerMinute int = 3000

var methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

resource profile 'Microsoft.Cdn/profiles@2025-06-01' existing = {
  name: 'afd-touchstone-${token}'
}

resource endpoint 'Microsoft.Cdn/profiles/afdEndpoints@2025-06-01' existing = {
  parent: profile
  name: 'touchstone-${token}'
}

resource originGroup 'Microsoft.Cdn/profiles/originGroups@2025-06-01' = {
  parent: profile
  name: 'app'
  // With one origin, probes have nothing to choose.
  properties: { loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3 } }
}

resource origin 'Microsoft.Cdn/profiles/originGroups/origins@2025-06-01' = {
  parent: originGroup
  name: 'app'
  properties: {
    hostName: originHost
    originHostHeader: originHost
    httpsPort: 443
    priority: 1
    weight: 1000
    enforceCertificateNameCheck: true
  }
}

resource domain 'Microsoft.Cdn/profiles/customDomains@2025-06-01' = if (!empty(customDomain)) {
  parent: profile
  name: replace(customDomain, '.', '-')
  properties: {
    hostName: customDomain
    tlsSettings: { certificateType: 'ManagedCertificate', minimumTlsVersion: 'TLS12' }
  }
}

resource route 'Microsoft.Cdn/profiles/afdEndpoints/routes@2025-06-01' = {
  parent: endpoint
  name: 'app'
  dependsOn: [origin]
  properties: {
    originGroup: { id: originGroup.id }
    customDomains: empty(customDomain) ? [] : [{ id: domain.id }]
    // One issuer, one origin: the service has only one name.
    linkToDefaultDomain: empty(customDomain) ? 'Enabled' : 'Disabled'
    patternsToMatch: ['/*']
    supportedProtocols: ['Http', 'Https']
    httpsRedirect: 'Enabled'
    forwardingProtocol: 'HttpsOnly'
    enabledState: 'Enabled'
  }
}

resource firewall 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies@2025-03-01' = {
  name: 'wafTouchstone${token}'
  location: 'global'
  tags: tags
  sku: { name: 'Standard_AzureFrontDoor' }
  properties: {
    policySettings: { enabledState: 'Enabled', mode: 'Prevention' }
    customRules: {
      rules: [
        {
          name: 'PostsOfOneAddress'
          priority: 100
          enabledState: 'Enabled'
          ruleType: 'RateLimitRule'
          rateLimitDurationInMinutes: 1
          rateLimitThreshold: postsPerMinute
          matchConditions: [{ matchVariable: 'RequestMethod', operator: 'Equal', matchValue: ['POST'] }]
          action: 'Block'
        }
        {
          name: 'RequestsOfOneAddress'
          priority: 200
          enabledState: 'Enabled'
          ruleType: 'RateLimitRule'
          rateLimitDurationInMinutes: 1
          rateLimitThreshold: requestsPerMinute
          matchConditions: [{ matchVariable: 'RequestMethod', operator: 'Equal', matchValue: methods }]
          action: 'Block'
        }
      ]
    }
  }
}

resource guarded 'Microsoft.Cdn/profiles/securityPolicies@2025-06-01' = {
  parent: profile
  name: 'firewall'
  properties: {
    parameters: {
      type: 'WebApplicationFirewall'
      wafPolicy: { id: firewall.id }
      associations: [
        {
          domains: empty(customDomain) ? [{ id: endpoint.id }] : [{ id: endpoint.id }, { id: domain.id }]
          patternsToMatch: ['/*']
        }
      ]
    }
  }
}

@description('Value of the TXT record _dnsauth.<custom domain>, which proves to Azure that the domain is yours.')
output domainValidation string = !empty(customDomain) ? (domain!.properties.?validationProperties.?validationToken ?? '') : ''
