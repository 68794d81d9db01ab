import NIOCore

final class ProxyConnection: SiteConnection {
    private enum State {
        case idle
        case connecting(ByteBuffer, hasEnded: Bool)
        case connected(UpstreamHandler)
        case over
    }

    private static let largestWaiting = 65_536

    private let site: ReverseProxy
    private let loop: any EventLoop
    private weak var visitor: (any SiteVisitor)?
    private var state = State.idle
    private var timer: Scheduled<Void>?

    init(site: ReverseProxy, visitor: any SiteVisitor, loop: any EventLoop) {
        self.site = site
        self.visitor = visitor
        self.loop = loop
        timer = loop.assumeIsolated().scheduleTask(in: site.timeouts.idle) { [weak self] in self?.end() }
    }

    var isReady: Bool {
        switch state {
        case .idle, .over: true
        case .connecting(let waiting, _): waiting.readableBytes < Self.largestWaiting
        case .connected(let upstream): upstream.isWritable
        }
    }

    var takesAnswers: Bool { visitor?.isWritable ?? true }

    func requestBegan() {}

    func receive(_ bytes: ByteBuffer) {
        switch state {
        case .idle: connect(bytes)
        case .connecting(var waiting, let hasEnded):
            state = .over
            waiting.writeImmutableBuffer(bytes)
            state = .connecting(waiting, hasEnded: hasEnded)
        case .connected(let upstream): upstream.send(bytes)
        case .over: break
        }
    }

    func receiveEnd() {
        switch state {
        case .idle: end()
        case .connecting(let waiting, _): state = .connecting(waiting, hasEnded: true)
        case .connected(let upstream): upstream.sendEnd()
        case .over: break
        }
    }

    func visitorWritabilityChanged() {
        guard case .connected(let upstream) = state, takesAnswers else { return }
        upstream.readOn()
    }

    func close() {
        timer?.cancel()
        if case .connected(let upstream) = state { upstream.close() }
        state = .over
        visitor = nil
    }

    func upstreamSent(_ bytes: ByteBuffer) { visitor?.siteSent(bytes) }

    func upstreamWritabilityChanged() {
        if isReady { visitor?.siteIsReady() }
    }

    func upstreamEnded() { end() }

    private func connect(_ bytes: ByteBuffer) {
        timer?.cancel()
        state = .connecting(bytes, hasEnded: false)
        let upstream = UpstreamHandler(connection: self)
        let bound = NIOLoopBound((self, upstream), eventLoop: loop)
        site.dial(upstream, on: loop).whenComplete { result in
            let (connection, upstream) = bound.value
            switch result {
            case .success: connection.connected(upstream)
            case .failure: connection.failed()
            }
        }
    }

    private func connected(_ upstream: UpstreamHandler) {
        guard case .connecting(let waiting, let hasEnded) = state else { return upstream.close() }
        state = .connected(upstream)
        upstream.send(waiting)
        if hasEnded { upstream.sendEnd() }
        if isReady { visitor?.siteIsReady() }
    }

    private func failed() {
        guard case .connecting(let waiting, _) = state else { return }
        let page = SitePage.error(502)
        var bytes = page.head(keepsAlive: false)
        let isHead = waiting.readableBytesView.starts(with: "HEAD ".utf8)
        if !isHead, case .bytes(let body) = page.body { bytes.writeImmutableBuffer(body) }
        visitor?.siteSent(bytes)
        end()
    }

    private func end() {
        let visitor = visitor
        close()
        visitor?.siteEnded()
    }
}
