import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("Varints")
struct VarintTests {
    @Test(
        "follow the examples of RFC 9000, appendix A.1, and the ends of each length",
        arguments: [
            ("c2197c5eff14e88c", 151_288_809_941_952_652), ("9d7f3e7d", 494_878_333), ("7bbd", 15_293), ("25", 37),
            ("00", 0), ("3f", 63), ("4040", 64), ("7fff", 16_383), ("80004000", 16_384), ("bfffffff", 1_073_741_823),
            ("c000000040000000", 1_073_741_824), ("ffffffffffffffff", 4_611_686_018_427_387_903),
        ] as [(String, UInt64)])
    func vectors(text: String, value: UInt64) {
        var buffer = hex(text)
        let read = buffer.readVarint()
        #expect(read == value)
        #expect(buffer.readableBytes == 0)
        var written = ByteBuffer()
        written.writeVarint(value)
        #expect(written == hex(text))
        #expect(Varint.length(of: value) == written.readableBytes)
    }

    @Test(
        "may be longer than needed",
        arguments: [("4025", 37), ("80000025", 37), ("c000000000000025", 37), ("4000", 0)] as [(String, UInt64)])
    func longerThanNeeded(text: String, value: UInt64) {
        var buffer = hex(text)
        let read = buffer.readVarint()
        #expect(read == value)
    }

    @Test("that are cut off are not read and leave the bytes", arguments: ["", "40", "800000", "c0000000000000"])
    func cutOff(text: String) {
        var buffer = hex(text)
        let read = buffer.readVarint()
        #expect(read == nil)
        #expect(buffer == hex(text))
    }
}
