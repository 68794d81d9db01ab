import HTTVPSProtocol
import NIOCore

struct HelloTarget: FuzzTarget {
    let name = "hello"
    let share = 4

    func sample(_ random: inout Seeded) throws -> [UInt8] {
        var hello = Hello(
            deviceID: random.name(20), token: random.name(20),
            capabilities: Capabilities(rawValue: UInt8(random.below(32))))
        if random.below(2) == 0 { hello.clientVersion = random.text(5) }
        if random.below(2) == 0 { hello.region = random.text(5) }
        if random.below(2) == 0 { hello.pad = random.text(5) }
        if random.below(2) == 0 {
            let streams = (0..<random.below(3)).map { StreamOffset(streamID: $0, received: random.number()) }
            hello.resume = ResumeRequest(
                sessionID: random.name(20), resumeToken: random.name(20), attempt: random.number(), streams: streams)
        }
        return try SortedJSON.bytes(try hello.encoded())
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        guard let hello = try? Hello.decode(ByteBuffer(bytes: input)) else { return .refused }
        guard let encoded = try? hello.encoded(), let again = try? Hello.decode(encoded), again == hello else {
            throw FuzzFinding("\(hello) does not read back")
        }
        return .accepted
    }
}
