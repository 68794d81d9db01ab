import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("Target addresses as bytes")
struct SocksAddressTests {
    @Test(
        "have the form of SOCKS5",
        arguments: [
            ("01 5db8d822 01bb", "93.184.216.34:443"), ("03 0b 6578616d706c652e636f6d 0050", "example.com:80"),
            ("03 01 61 ffff", "a:65535"), ("04 20010db8000000000000000000000001 0001", "[2001:db8::1]:1"),
        ])
    func forms(bytes: String, text: String) throws {
        var buffer = hex(bytes)
        let read = try buffer.readSocksAddress()
        let address = try #require(read)
        #expect(address.description == text)
        #expect(buffer.readableBytes == 0)
        var written = ByteBuffer()
        written.writeSocksAddress(address)
        #expect(written == hex(bytes))
    }

    @Test(
        "that name no possible host and port are read to their end",
        arguments: ["03 00 0050", "03 02 6120 0050", "03 01 e9 0050", "03 01 61 0000", "01 01020304 0000"])
    func impossible(bytes: String) throws {
        var buffer = hex(bytes + "aa")
        let read = try buffer.readSocksAddress()
        #expect(read == nil)
        #expect(buffer.readableBytes == 1)
    }

    @Test("take names of 1 to 253 characters", arguments: [(1, true), (253, true), (254, false), (255, false)])
    func nameLengths(length: Int, accepted: Bool) throws {
        var buffer = ByteBuffer(
            bytes: [3, UInt8(length)] + Array(repeating: UInt8(ascii: "n"), count: length) + [0, 80])
        let read = try buffer.readSocksAddress()
        #expect((read != nil) == accepted)
        #expect(buffer.readableBytes == 0)
    }

    @Test(
        "that are cut off are not read",
        arguments: [
            "", "01", "01 010203", "01 01020304", "01 01020304 00", "03", "03 02 61", "03 01 61 00", "04 00 00",
        ])
    func cutOff(bytes: String) {
        var buffer = hex(bytes)
        #expect(throws: SocksAddressError.truncated) { try buffer.readSocksAddress() }
    }

    @Test("of an unknown kind are not read", arguments: [0, 2, 5, 0x41, 0xFF] as [UInt8])
    func unknownKinds(kind: UInt8) {
        var buffer = ByteBuffer(bytes: [kind, 1, 2, 3, 4, 0, 80])
        #expect(throws: SocksAddressError.unknownKind(kind)) { try buffer.readSocksAddress() }
    }
}
