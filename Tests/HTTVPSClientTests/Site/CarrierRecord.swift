import HTTVPSTestSupport
import NIOCore
import NIOPosix
import Synchronization

@testable import HTTVPSClient

final class CarrierRecord: Sendable {
    struct Content: Sendable {
        var bytes = ByteBuffer()
        var isOver = false
        var errors = 0
        var writability: [Bool] = []
    }

    let content = Mutex(Content())

    var text: String { content.withLock { String(buffer: $0.bytes) } }
    var count: Int { content.withLock { $0.bytes.readableBytes } }
    var isOver: Bool { content.withLock { $0.isOver } }

    func attach(to carrier: OpenedCarrier) async throws {
        try await carrier.channel.eventLoop.submit { try carrier.attach(CarrierRecorder(self)) }.get()
    }
}

final class CarrierRecorder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let record: CarrierRecord

    init(_ record: CarrierRecord) { self.record = record }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        _ = record.content.withLock { $0.bytes.writeImmutableBuffer(bytes) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        record.content.withLock { $0.writability.append(isWritable) }
    }

    func channelInactive(context: ChannelHandlerContext) { record.content.withLock { $0.isOver = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        record.content.withLock { $0.errors += 1 }
        context.close(promise: nil)
    }
}
