import NIOCore
import Synchronization

final class CountingTargetHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let counts: CountingTarget.Counts
    private var request = ByteBuffer()
    private var bodyLeft: Int?
    private var answerSize = 0

    init(_ counts: CountingTarget.Counts) { self.counts = counts }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        counts.received.wrappingAdd(Int64(part.readableBytes), ordering: .relaxed)
        if bodyLeft == nil {
            request.writeBuffer(&part)
            readHead()
            part = request
        }
        guard let left = bodyLeft else { return }
        bodyLeft = left - part.readableBytes
        request.clear()
        if left - part.readableBytes <= 0 { answer(context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func readHead() {
        guard let end = request.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        let head = request.readString(length: end.upperBound - request.readerIndex) ?? ""
        let lines = head.split(separator: "\r\n")
        let path = lines.first?.split(separator: " ").dropFirst().first ?? "/"
        answerSize = Int(path.dropFirst()) ?? 0
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }?.split(separator: ":").last
        bodyLeft = length.flatMap { Int($0.trimmingPrefix { $0 == " " }) } ?? 0
    }

    private func answer(_ context: ChannelHandlerContext) {
        var head = ByteBuffer(string: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: \(answerSize)\r\n\r\n")
        head.writeRepeatingByte(0x61, count: min(answerSize, 1_024))
        send(head, answerSize - min(answerSize, 1_024), context)
    }

    private func send(_ part: ByteBuffer, _ left: Int, _ context: ChannelHandlerContext) {
        counts.offered.wrappingAdd(Int64(part.readableBytes), ordering: .relaxed)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(part)).whenComplete { result in
            let (handler, context) = bound.value
            guard case .success = result, left > 0 else { return context.close(promise: nil) }
            let count = min(left, CountingTarget.chunk)
            handler.send(ByteBuffer(repeating: 0x61, count: count), left - count, context)
        }
    }
}
