import NIOCore
import NIOHTTP2

final class HTTP2Faults: ChannelInboundHandler, NIOHTTP2FrameDelegate {
    typealias InboundIn = HTTP2Frame

    private static let goodbyeWait = TimeAmount.seconds(10)
    private static let lingerWait = TimeAmount.seconds(2)

    private let report: (any Error) -> Void
    private var context: ChannelHandlerContext?
    private var isFatal = false
    private var isLeaving = false
    private var isLingering = false
    private var streams = 0
    private var timer: Scheduled<Void>?

    init(report: @escaping (any Error) -> Void) { self.report = report }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
    }

    func wroteFrame(_ frame: HTTP2Frame) {
        guard case .goAway(_, let code, _) = frame.payload else { return }
        if code == .noError { leave() } else { isFatal = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !isLingering { report(error) }
        switch error {
        case is any NIOHTTP2Error where !isFatal: break
        case is any NIOHTTP2Error, is HTTP2Fault: linger(context)
        default: context.close(promise: nil)
        }
    }

    fileprivate func count(_ change: Int) { streams += change }

    private func linger(_ context: ChannelHandlerContext) {
        guard !isLingering else { return }
        isLingering = true
        timer?.cancel()
        context.close(mode: .output, promise: nil)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingerWait) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    private func leave() {
        guard !isLeaving, !isLingering else { return }
        isLeaving = true
        watch()
    }

    private func watch() {
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: Self.goodbyeWait) { [weak self] in
            guard let self else { return }
            if streams == 0 { context?.close(promise: nil) } else { watch() }
        }
    }
}

struct HTTP2StreamCount: NIOHTTP2StreamDelegate {
    let faults: NIOLoopBound<HTTP2Faults>
    let management: NIOHTTP2ServerConnectionManagementHandler.HTTP2StreamDelegate

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        faults.value.count(1)
        management.streamCreated(id, channel: channel)
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        faults.value.count(-1)
        management.streamClosed(id, channel: channel)
    }
}
