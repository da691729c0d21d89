// Addresses of networks.

import { fault, faultOf } from 'texts.bicep'

func numbers(count int) string[] => map(range(0, count), each => string(each))

func privatePrefixes() string[] => concat(map(range(0, 256), each => '10.${each}'), map(range(16, 16), each => '172.${each}'), ['192.168'])

func isAddress(address string) bool => length(split(address, '.')) == 4 && empty(filter(split(address, '.'), each => !contains(numbers(256), each)))

func lengthOf(network string) string => join(skip(split(network, '/'), 1), '/')

@export()
@description('An address as a range of one. Azure would take it for a range of 256.')
func asRange(address string) string => contains(address, '/') ? address : '${address}/32'

@export()
@description('Whether it is a range of IPv4 addresses.')
func isRange(network string) bool => isAddress(split(network, '/')[0]) && contains(numbers(33), lengthOf(network))

func isPrivate(network string) bool => contains(privatePrefixes(), join(take(split(network, '.'), 2), '.'))

func isWide(network string) bool => contains(numbers(8), lengthOf(network))

func ranges(addresses string[]) string[] => filter(map(addresses, each => asRange(each)), each => isRange(each))

@export()
@description('What is wrong with addresses.')
func addressFaults(deployerAddresses string[], deployerRangesMayBeWide bool, privateNetwork bool, networkPrefix string) string[] => concat(
  fault(!privateNetwork && !empty(deployerAddresses), 'deployerAddresses need privateNetwork: without it the vault answers all addresses'),
  faultOf(filter(deployerAddresses, each => contains(each, ':')), 'deployerAddresses: ', ' is IPv6, and Key Vault accepts only IPv4'),
  faultOf(filter(deployerAddresses, each => !contains(each, ':') && !isRange(asRange(each))), 'deployerAddresses: ', ' is not an address or range, such as 203.0.113.7 or 203.0.113.0/24'),
  faultOf(filter(ranges(deployerAddresses), each => isPrivate(each)), 'deployerAddresses: ', ' is private, and Key Vault sees only public addresses'),
  deployerRangesMayBeWide ? [] : faultOf(filter(ranges(deployerAddresses), each => isWide(each)), 'deployerAddresses: ', ' opens the vault to more than 16 million addresses: write a smaller range, or also set deployerRangesMayBeWide to true'),
  fault(!contains(privatePrefixes(), networkPrefix), 'networkPrefix: ${networkPrefix} is not one of 10.0 to 10.255, 172.16 to 172.31, and 192.168')
)
