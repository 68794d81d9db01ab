import NIOCore

final class ProxyConnection: SiteConnection {
    private enum State {
        case connecting(ByteBuffer, hasEnded: Bool)
        case connected(UpstreamHandler)
        case failed(RequestScanner)
        case over
    }

    private static let largestWaiting = 65_536

    private let site: ReverseProxy
    private let loop: any EventLoop
    private weak var visitor: (any SiteVisitor)?
    private var state = State.connecting(ByteBuffer(), hasEnded: false)
    private var timer: Scheduled<Void>?

    init(site: ReverseProxy, visitor: any SiteVisitor, loop: any EventLoop) {
        self.site = site
        self.visitor = visitor
        self.loop = loop
        connect()
    }

    var isReady: Bool {
        switch state {
        case .failed, .over: true
        case .connecting(let waiting, _): waiting.readableBytes < Self.largestWaiting
        case .connected(let upstream): upstream.isWritable
        }
    }

    var takesAnswers: Bool { visitor?.isWritable ?? true }

    func requestBegan() {}

    func receive(_ bytes: ByteBuffer) {
        switch state {
        case .connecting(var waiting, let hasEnded):
            state = .over
            waiting.writeImmutableBuffer(bytes)
            state = .connecting(waiting, hasEnded: hasEnded)
        case .connected(let upstream): upstream.send(bytes)
        case .failed(let scanner): excuse(scanner, bytes)
        case .over: break
        }
    }

    func receiveEnd() {
        switch state {
        case .connecting(let waiting, _): state = .connecting(waiting, hasEnded: true)
        case .connected(let upstream): upstream.sendEnd()
        case .failed: end()
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

    private func connect() {
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
        guard case .connecting(let waiting, let hasEnded) = state else { return }
        state = .failed(RequestScanner())
        timer = loop.assumeIsolated().scheduleTask(in: site.timeouts.idle) { [weak self] in self?.end() }
        receive(waiting)
        if hasEnded { receiveEnd() }
    }

    private func excuse(_ scanner: RequestScanner, _ bytes: ByteBuffer) {
        var scanner = scanner
        var bytes = bytes
        switch scanner.next(&bytes) {
        case nil: state = .failed(scanner)
        case .head(let head): refuse(.error(502), withBody: head.method != "HEAD")
        case .malformed(let fault): refuse(.fault(fault), withBody: true)
        case .body, .end: end()
        }
    }

    private func refuse(_ page: SitePage, withBody: Bool) {
        var bytes = page.head(keepsAlive: false)
        if withBody, case .bytes(let body) = page.body { bytes.writeImmutableBuffer(body) }
        visitor?.siteSent(bytes)
        end()
    }

    private func end() {
        let visitor = visitor
        close()
        visitor?.siteEnded()
    }
}
