import NIOCore
import NIOHTTP2

final class HTTP2Faults: ChannelInboundHandler, NIOHTTP2FrameDelegate {
    typealias InboundIn = HTTP2Frame

    private let report: (any Error) -> Void
    private var isFatal = false

    init(report: @escaping (any Error) -> Void) { self.report = report }

    func wroteFrame(_ frame: HTTP2Frame) {
        if case .goAway(_, let code, _) = frame.payload, code != .noError { isFatal = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        report(error)
        if isFatal || !(error is any NIOHTTP2Error) { context.close(promise: nil) }
    }
}
