import HTTVPSProtocol
import NIOCore

struct EarlyOpen: Sendable {
    static let most = 8

    let waiter: UInt64
    let target: TargetAddress

    static func frames(_ opens: [EarlyOpen]) -> [Frame] {
        opens.enumerated().map { index, open in
            .streamOpen(.number(UInt32(index + 1)), target: open.target, data: ByteBuffer())
        }
    }

    static func mayFollow(_ grant: SessionGrant, count: Int) -> Bool {
        count == 0 || grant.capabilities.contains(.binary) && grant.maxStreams >= count
    }
}
