struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    init(of input: [UInt8]) {
        self.init(input.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 })
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: UInt64) -> UInt64 { next() % bound }

    mutating func count(_ bound: Int) -> Int { Int(below(UInt64(bound))) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            var word = next()
            for _ in 0..<min(8, count - bytes.count) {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return bytes
    }

    mutating func name(_ longest: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_".utf8)
        return String(decoding: bytes(1 + count(longest)).map { letters[Int($0) % letters.count] }, as: UTF8.self)
    }

    mutating func text(_ longest: Int) -> String {
        let pieces = ["a", "0", " ", "\"", "\\", "/", "é", "密", "\n", "\u{0}", "🙂", "%41", "#", "?", "@", ":"]
        return (0..<count(longest + 1)).map { _ in pieces[count(pieces.count)] }.joined()
    }

    mutating func number() -> UInt64 { next() >> (2 + below(62)) }
}
