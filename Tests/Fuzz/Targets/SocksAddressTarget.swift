import HTTVPSProtocol
import NIOCore

struct SocksAddressTarget: FuzzTarget {
    let name = "addresses as bytes"
    let share = 12

    func sample(_ random: inout Seeded) -> [UInt8] {
        var out = ByteBuffer()
        if let address = FrameSample.address(&random) { out.writeSocksAddress(address) }
        return Array(out.readableBytesView)
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        var buffer = ByteBuffer(bytes: input)
        guard let address = try? buffer.readSocksAddress() else { return .refused }
        var out = ByteBuffer()
        out.writeSocksAddress(address)
        guard out.readableBytes == buffer.readerIndex, (try? out.readSocksAddress()) == address else {
            throw FuzzFinding("\(address) does not read back")
        }
        return .accepted
    }
}
