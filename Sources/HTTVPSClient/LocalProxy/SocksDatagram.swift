import HTTVPSProtocol
import NIOCore

struct SocksDatagram: Equatable, Sendable {
    var address: TargetAddress
    var data: ByteBuffer

    init(address: TargetAddress, data: ByteBuffer) {
        self.address = address
        self.data = data
    }

    init?(_ packet: ByteBuffer) {
        var packet = packet
        guard packet.readInteger(as: UInt16.self) == 0, packet.readInteger(as: UInt8.self) == 0,
            let address = try? packet.readSocksAddress()
        else { return nil }
        self.init(address: address.normalized, data: packet)
    }

    var packet: ByteBuffer {
        var packet = ByteBuffer(bytes: [0, 0, 0])
        packet.writeSocksAddress(address)
        packet.writeImmutableBuffer(data)
        return packet
    }
}
