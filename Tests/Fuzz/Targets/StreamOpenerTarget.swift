import HTTVPSShadowsocks
import NIOCore

struct StreamOpenerTarget: FuzzTarget {
    private struct Sealed {
        var plaintext: [UInt8]
        var stream: [UInt8]
    }

    let name: String
    let share = 4
    private let key: MasterKey
    private let streams: [Sealed]
    private let plaintextBySalt: [[UInt8]: [UInt8]]

    init(method: CipherMethod) throws {
        name = "Shadowsocks stream, \(method.rawValue)"
        key = MasterKey(password: "fuzz", method: method)
        var random = Seeded(7)
        var streams: [Sealed] = []
        for _ in 0..<64 {
            let salt = try Salt(random.bytes(method.saltLength), method: method)
            var sealer = try StreamSealer(key: key, salt: salt)
            var sealed = Sealed(plaintext: [], stream: [])
            var out = ByteBuffer()
            for _ in 0...random.count(3) {
                let part = random.bytes(random.count(100))
                sealed.plaintext += part
                try sealer.seal(ByteBuffer(bytes: part), into: &out)
            }
            sealed.stream = Array(out.readableBytesView)
            streams.append(sealed)
        }
        self.streams = streams
        plaintextBySalt = Dictionary(
            streams.map { (Array($0.stream.prefix(method.saltLength)), $0.plaintext) }, uniquingKeysWith: { $1 })
    }

    func sample(_ random: inout Seeded) -> [UInt8] { streams[random.count(streams.count)].stream }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        var opener = StreamOpener(key: key)
        var out = ByteBuffer()
        let accepted = try feed(input, to: &opener, into: &out, &random)
        let genuine = plaintextBySalt[Array(input.prefix(key.method.saltLength))] ?? []
        guard genuine.starts(with: out.readableBytesView) else {
            throw FuzzFinding("\(out.readableBytes) bytes came out that nobody sealed")
        }
        return accepted ? .accepted : .refused
    }

    private func feed(
        _ input: [UInt8], to opener: inout StreamOpener, into out: inout ByteBuffer, _ random: inout Seeded
    ) throws(FuzzFinding) -> Bool {
        var rest = ByteBuffer(bytes: input)
        let piece = [1 + random.count(30), 80, 10_000][random.count(3)]
        while rest.readableBytes > 0 || opener.heldPlaintext > 0 {
            guard var part = rest.readSlice(length: min(piece, rest.readableBytes)) else { return false }
            repeat {
                let before = out.readableBytes
                let limit = 1 + random.count(200)
                guard (try? opener.open(&part, into: &out, upTo: limit)) != nil else { return false }
                guard out.readableBytes - before <= limit, out.readableBytes <= input.count,
                    opener.bufferedBytes <= Chunk.longest
                else { throw FuzzFinding("more came out, or was kept, than the limit allows") }
            } while part.readableBytes > 0 || opener.heldPlaintext > 0
        }
        return (try? opener.finish()) != nil
    }
}
