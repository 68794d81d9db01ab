import HTTVPSProtocol
import NIOCore

struct BinaryFrameTarget: FuzzTarget {
    let name = "binary frames"
    let share = 30

    func sample(_ random: inout Seeded) -> [UInt8] {
        var out = ByteBuffer()
        let frame = FrameSample.frame(named: false, &random)
        BinaryFrameCodec.encode(frame, into: &out)
        return Array(out.readableBytesView)
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        let limit = random.count(200)
        guard let frame = try? BinaryFrameCodec.decode(ByteBuffer(bytes: input), maxPayload: limit) else {
            return .refused
        }
        guard frame.payloadLength <= min(limit, input.count) else {
            throw FuzzFinding("\(frame.payloadLength) bytes of data out of \(input.count), limit \(limit)")
        }
        guard frame.hasSendableTarget else { return .accepted }
        var out = ByteBuffer()
        BinaryFrameCodec.encode(frame, into: &out)
        guard let again = try? BinaryFrameCodec.decode(out, maxPayload: 65_536), again == frame else {
            throw FuzzFinding("\(frame) does not read back")
        }
        return .accepted
    }
}

extension Frame {
    fileprivate var hasSendableTarget: Bool {
        switch self {
        case .streamOpen(_, let target, _), .datagram(_, let target, _): target != nil
        default: true
        }
    }
}
