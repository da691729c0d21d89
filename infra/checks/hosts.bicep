// The relying party's names. The app refuses the same ones at its start (shared/settings); a test
// compares them.

import { fault, faultOf, hasOnlyDigits, hasOnlyLetters, isBelow } from 'texts.bicep'

func isLabel(label string) bool => label == toLower(label) && hasOnlyLetters(label, '-') && !empty(label) && length(label) < 64 && !startsWith(label, '-') && !endsWith(label, '-')

func lastLabel(host string) string => split(host, '.')[length(split(host, '.')) - 1]

@description('Whether it is a full host name in lower case. If its last label is a number, browsers read an address.')
func isHost(host string) bool => length(host) < 254 && contains(host, '.') && empty(filter(split(host, '.'), label => !isLabel(label))) && !hasOnlyDigits(lastLabel(host))

func hostOf(origin string) string => split(replace(origin, 'https://', ''), ':')[0]

func portOf(origin string) string => join(skip(split(replace(origin, 'https://', ''), ':'), 1), ':')

func isPort(port string) bool => isBelow(port, 65536) && port != '443'

func isWebOrigin(origin string) bool => isHost(hostOf(origin)) && origin == (empty(portOf(origin)) ? 'https://${hostOf(origin)}' : 'https://${hostOf(origin)}:${portOf(origin)}') && (empty(portOf(origin)) || isPort(portOf(origin)))

func keyHash(origin string) string => replace(origin, 'android:apk-key-hash:', '')

func isAndroidApp(origin string) bool => origin == 'android:apk-key-hash:${keyHash(origin)}' && length(keyHash(origin)) == 43 && hasOnlyLetters(keyHash(origin), '- _')

@description('Whether it is an origin as browsers and Android write it.')
func isOrigin(origin string) bool => isWebOrigin(origin) || isAndroidApp(origin)

@description('Whether a host is on an RP ID.')
func isOn(host string, rpId string) bool => host == rpId || endsWith(host, '.${rpId}')

func notOn(origins string[], rpId string) string[] => filter(origins, each => isWebOrigin(each) && !isOn(hostOf(each), rpId))

@export()
@description('What is wrong with the names of the relying party. ownHost is empty if only Azure knows it.')
func relyingPartyFaults(rpId string, origins string[], customDomain string, frontDoor bool, deleteLocks bool, ownHost string) string[] => concat(
  fault(!frontDoor && !empty(customDomain), 'customDomain needs frontDoor: set frontDoor to true, or customDomain to nothing'),
  fault(!empty(customDomain) && !isHost(customDomain), 'customDomain: ${customDomain} is not a host name in lower case, such as login.example.com'),
  fault(contains(customDomain, 'xn--'), 'customDomain: ${customDomain} is an internationalized name, and Front Door accepts none'),
  fault(!empty(rpId) && !isHost(rpId), 'rpId: ${rpId} is not a host name in lower case, such as example.com'),
  fault(contains(['azurewebsites.net', 'azurefd.net'], rpId), 'rpId: ${rpId} has hosts of many owners, so browsers refuse it: use a domain of yours'),
  // A trial has neither. Without an RP ID of its own the service has that of its host, and passkeys are
  // lost if the host changes: by Front Door, or by another domain.
  fault(empty(rpId) && (frontDoor || deleteLocks), 'rpId is needed with frontDoor or deleteLocks, because passkeys are bound to it for ever: use a domain of yours${empty(ownHost) ? '' : ', or ${ownHost}'}'),
  fault(isHost(rpId) && empty(origins) && !isOn(ownHost, rpId), 'rpId: the service\'s own host is not on ${rpId}: set customDomain to a host on it, or origins to your own pages'),
  faultOf(filter(origins, each => !isOrigin(each)), 'origins: ', ' is not an origin, such as https://app.example.com, without a path and in lower case'),
  faultOf(notOn(origins, empty(rpId) ? ownHost : rpId), 'origins: ', ' is not on the RP ID ${empty(rpId) ? ownHost : rpId}')
)
