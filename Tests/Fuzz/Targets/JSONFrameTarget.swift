import HTTVPSProtocol
import NIOCore

struct JSONFrameTarget: FuzzTarget {
    let name = "JSON frames"
    let share = 12

    func sample(_ random: inout Seeded) throws -> [UInt8] {
        var out = ByteBuffer()
        let frame = FrameSample.frame(named: true, &random)
        JSONFrameCodec.encode(frame, into: &out)
        return try SortedJSON.bytes(out)
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        let limit = random.count(200)
        guard let frame = try? JSONFrameCodec.decode(ByteBuffer(bytes: input), maxPayload: limit) else {
            return .refused
        }
        guard frame.payloadLength <= min(limit, input.count) else {
            throw FuzzFinding("\(frame.payloadLength) bytes of data out of \(input.count), limit \(limit)")
        }
        var out = ByteBuffer()
        JSONFrameCodec.encode(frame, into: &out)
        guard let again = try? JSONFrameCodec.decode(out, maxPayload: 65_536), again == frame else {
            throw FuzzFinding("\(frame) does not read back")
        }
        return .accepted
    }
}
