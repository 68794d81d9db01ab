enum Mutation {
    private static let edges: [UInt8] = [
        0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xBF, 0xC0, 0xFF, 0x22, 0x5C, 0x7B, 0x7D, 0x2C, 0x25, 0x23, 0x40, 0x3A, 0x5B,
        0x2F,
    ]

    static func junk(_ random: inout Seeded) -> [UInt8] { random.bytes(random.count(96)) }

    static func mutated(_ input: [UInt8], _ random: inout Seeded) -> [UInt8] {
        var bytes = input
        for _ in 0...random.count(4) { mutate(&bytes, &random) }
        return bytes
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout Seeded) {
        guard !bytes.isEmpty else { return bytes = junk(&random) }
        let at = random.count(bytes.count)
        switch random.below(8) {
        case 0: bytes[at] ^= 1 << UInt8(random.below(8))
        case 1: bytes[at] = edges[random.count(edges.count)]
        case 2: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 3: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.count(8)))
        case 4: bytes.removeSubrange(at...)
        case 5: bytes.insert(contentsOf: random.bytes(1 + random.count(8)), at: at)
        case 6: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + random.count(16))], at: at)
        default: bytes.swapAt(at, random.count(bytes.count))
        }
    }
}
