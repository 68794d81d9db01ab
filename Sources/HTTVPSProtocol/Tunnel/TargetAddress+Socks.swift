package import NIOCore

package enum SocksAddressError: Error, Equatable {
    case truncated
    case unknownKind(UInt8)
}

extension ByteBuffer {
    package mutating func readSocksAddress() throws(SocksAddressError) -> TargetAddress? {
        guard let kind = readInteger(as: UInt8.self) else { throw .truncated }
        switch kind {
        case 0x01:
            guard let address = readInteger(as: UInt32.self), let port = readInteger(as: UInt16.self) else {
                throw .truncated
            }
            return TargetAddress(host: .ipv4(address), port: port)
        case 0x03:
            guard let length = readInteger(as: UInt8.self), let name = readSlice(length: Int(length)),
                let port = readInteger(as: UInt16.self)
            else { throw .truncated }
            guard TargetAddress.isHostName(name.readableBytesView) else { return nil }
            return TargetAddress(host: .name(String(buffer: name)), port: port)
        case 0x04:
            guard let high = readInteger(as: UInt64.self), let low = readInteger(as: UInt64.self),
                let port = readInteger(as: UInt16.self)
            else { throw .truncated }
            return TargetAddress(host: .ipv6(IPv6Address(high: high, low: low)), port: port)
        default:
            throw .unknownKind(kind)
        }
    }

    package mutating func writeSocksAddress(_ address: TargetAddress) {
        switch address.host {
        case .ipv4(let bits):
            writeInteger(UInt8(0x01))
            writeInteger(bits)
        case .name(let name):
            writeInteger(UInt8(0x03))
            writeInteger(UInt8(name.utf8.count))
            writeString(name)
        case .ipv6(let bits):
            writeInteger(UInt8(0x04))
            writeInteger(bits.high)
            writeInteger(bits.low)
        }
        writeInteger(address.port)
    }
}
