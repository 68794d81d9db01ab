import NIOCore

final class HTTP2Conduct: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let maxConcurrentStreams: UInt16 = 3

    private let streamLimit: Int
    private var conduct: ConnectionConduct
    private var arriving = FrameScanner(behind: FrameScanner.preface)
    private var leaving = FrameScanner()
    private var isOver = false

    init(limits: HTTP2Limits) {
        streamLimit = limits.concurrentStreams
        conduct = ConnectionConduct(streamLimit: streamLimit, largestFrame: limits.frameSize, at: .now())
    }

    func refuses(_ stream: Int) -> Bool { conduct.refuses(UInt32(stream)) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        var bytes = unwrapInboundIn(data)
        var rest = bytes
        while let frame = arriving.next(&rest) {
            guard let code = conduct.received(frame) else { continue }
            bytes.moveWriterIndex(to: max(bytes.readerIndex, rest.readerIndex - FrameHead.size))
            if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
            return end(HTTP2Fault(code: code), context)
        }
        context.fireChannelRead(wrapInboundOut(Self.detached(bytes, context)))
    }

    private static func detached(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) -> ByteBuffer {
        var copy = context.channel.allocator.buffer(capacity: bytes.readableBytes)
        copy.writeImmutableBuffer(bytes)
        return copy
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isOver else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        var bytes = unwrapOutboundIn(data)
        var fault: HTTP2Fault.Code?
        var rest = bytes
        while let frame = leaving.next(&rest) {
            fault = note(frame, at: rest.readerIndex, in: &bytes) ?? fault
        }
        context.write(wrapOutboundOut(bytes), promise: promise)
        if let fault { end(HTTP2Fault(code: fault), context) }
    }

    private func note(_ frame: FrameHead, at start: Int, in bytes: inout ByteBuffer) -> HTTP2Fault.Code? {
        switch frame.kind {
        case .settings: advertise(in: &bytes, from: start, length: frame.length)
        case .goAway: sayGoodbye(in: &bytes, at: start)
        case .rstStream:
            let isFault = bytes.getInteger(at: start, as: UInt32.self) != 0
            return conduct.sentReset(frame.stream, isFault: isFault, at: .now())
        default: conduct.sent(frame)
        }
        return nil
    }

    private func advertise(in bytes: inout ByteBuffer, from start: Int, length: Int) {
        for index in stride(from: start, to: start + length, by: 6) {
            guard bytes.getInteger(at: index, as: UInt16.self) == Self.maxConcurrentStreams else { continue }
            bytes.setInteger(UInt32(streamLimit), at: index + 2)
        }
    }

    private func sayGoodbye(in bytes: inout ByteBuffer, at start: Int) {
        guard let last: UInt32 = bytes.getInteger(at: start), let code: UInt32 = bytes.getInteger(at: start + 4) else {
            return
        }
        guard code != 0 else { return conduct.saidGoodbye(lastStream: last) }
        bytes.setInteger(conduct.lastStream, at: start)
        isOver = true
    }

    private func end(_ fault: HTTP2Fault, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        isOver = true
        var bytes = ByteBuffer()
        bytes.writeMultipleIntegers(UInt32(8) << 8 | UInt32(FrameHead.Kind.goAway.rawValue), UInt8(0), UInt32(0))
        bytes.writeMultipleIntegers(conduct.lastStream, fault.wireCode)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        context.fireErrorCaught(fault)
    }
}
