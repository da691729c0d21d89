// Addresses of networks.

import { fault, faultOf, isBelow } from 'texts.bicep'

func isAddress(address string) bool => length(split(address, '.')) == 4 && empty(filter(split(address, '.'), each => !isBelow(each, 256)))

func lengthOf(network string) string => join(skip(split(network, '/'), 1), '/')

func secondOf(prefix string) string => join(skip(split(prefix, '.'), 1), '.')

func isPrivatePrefix(prefix string) bool => isAddress('${prefix}.0.0') && (startsWith(prefix, '10.') || prefix == '192.168' || (startsWith(prefix, '172.') && isBelow(secondOf(prefix), 32) && !isBelow(secondOf(prefix), 16)))

@export()
@description('An address as a range of one. Azure would take it for a range of 256.')
func asRange(address string) string => contains(address, '/') ? address : '${address}/32'

@export()
@description('Whether it is a range of IPv4 addresses.')
func isRange(network string) bool => isAddress(split(network, '/')[0]) && isBelow(lengthOf(network), 33)

func isPrivate(network string) bool => isPrivatePrefix(join(take(split(network, '.'), 2), '.'))

func isWide(network string) bool => isBelow(lengthOf(network), 8)

func ranges(addresses string[]) string[] => filter(map(addresses, each => asRange(each)), each => isRange(each))

@export()
@description('What is wrong with addresses.')
func addressFaults(deployerAddresses string[], deployerRangesMayBeWide bool, privateNetwork bool, networkPrefix string) string[] => concat(
  fault(!privateNetwork && !empty(deployerAddresses), 'deployerAddresses need privateNetwork: without it the vault answers all addresses'),
  faultOf(filter(deployerAddresses, each => contains(each, ':')), 'deployerAddresses: ', ' is IPv6, and Key Vault accepts only IPv4'),
  faultOf(filter(deployerAddresses, each => !contains(each, ':') && !isRange(asRange(each))), 'deployerAddresses: ', ' is not an address or range, such as 203.0.113.7 or 203.0.113.0/24'),
  faultOf(filter(ranges(deployerAddresses), each => isPrivate(each)), 'deployerAddresses: ', ' is private, and Key Vault sees only public addresses'),
  deployerRangesMayBeWide ? [] : faultOf(filter(ranges(deployerAddresses), each => isWide(each)), 'deployerAddresses: ', ' opens the vault to more than 16 million addresses: write a smaller range, or also set deployerRangesMayBeWide to true'),
  fault(!isPrivatePrefix(networkPrefix), 'networkPrefix: ${networkPrefix} is not one of 10.0 to 10.255, 172.16 to 172.31, and 192.168')
)
