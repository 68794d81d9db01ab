import NIOCore
import NIOPosix

final class StaticConnection: SiteConnection {
    private enum Phase {
        case idle
        case head
        case body(RequestHead)
        case answering
        case over
    }

    private static let largestBody = 1 << 20
    private static let largestInput = 65_536
    private static let pieceSize = 65_536

    private let site: StaticSite
    private let loop: NIOIsolatedEventLoop
    private weak var visitor: (any SiteVisitor)?
    private var scanner = RequestScanner()
    private var input = ByteBuffer()
    private var phase = Phase.idle
    private var bodyBytes = 0
    private var bodyStart = NIODeadline.now()
    private var hasEnded = false
    private var timer: Scheduled<Void>?
    private var unsent: (file: SiteFile, range: Range<Int>, keepsAlive: Bool)?
    private var isReading = false
    private var isProcessing = false

    init(site: StaticSite, visitor: any SiteVisitor, loop: any EventLoop) {
        self.site = site
        self.visitor = visitor
        self.loop = loop.assumeIsolated()
        watch()
    }

    var isReady: Bool { input.readableBytes < Self.largestInput }

    func requestBegan() {
        guard case .idle = phase else { return }
        phase = .head
        watch()
    }

    func receive(_ bytes: ByteBuffer) {
        if case .over = phase { return }
        if input.readableBytes == 0 { input = bytes } else { input.writeImmutableBuffer(bytes) }
        process()
    }

    func receiveEnd() {
        hasEnded = true
        if case .answering = phase { return }
        end()
    }

    func visitorWritabilityChanged() {
        if unsent != nil { sendMore() } else { process() }
    }

    func close() {
        phase = .over
        timer?.cancel()
        unsent = nil
        visitor = nil
    }

    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while let event = nextEvent() { take(event) }
        isProcessing = false
        switch phase {
        case .idle where !scanner.headBytes.isEmpty: requestBegan()
        case .body: watch()
        case .answering, .over: return
        case .idle, .head: break
        }
        if hasEnded { return end() }
        if isReady { visitor?.siteIsReady() }
    }

    private func take(_ event: RequestScanner.Event) {
        switch event {
        case .head(let head): begin(head)
        case .body(let bytes):
            bodyBytes += bytes.readableBytes
            if bodyBytes > Self.largestBody { finish(.error(413)) }
        case .end:
            if case .body(let head) = phase { answer(head) }
        case .malformed(let fault): finish(.fault(fault))
        }
    }

    private func nextEvent() -> RequestScanner.Event? {
        switch phase {
        case .answering, .over: nil
        case .idle where visitor?.isWritable != true: nil
        default: scanner.next(&input)
        }
    }

    private func begin(_ head: RequestHead) {
        phase = .body(head)
        bodyBytes = 0
        bodyStart = .now()
        let hosts = head.fields.values("host").count
        if hosts > 1 || head.isHTTP11 && hosts == 0 { return finish(.fault(.noHost)) }
        if head.expectsContinue, head.hasBody {
            visitor?.siteSent(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
        }
    }

    private func answer(_ head: RequestHead) {
        phase = .answering
        if let page = site.refusal(of: head) { return send(page, for: head) }
        let bound = NIOLoopBound(self, eventLoop: loop.nonisolated())
        NIOThreadPool.singleton.runIfActive(eventLoop: loop.nonisolated()) { [site] in site.page(for: head) }
            .whenComplete { result in
                switch result {
                case .success(let page): bound.value.send(page, for: head)
                case .failure: bound.value.send(.error(500), for: head)
                }
            }
    }

    private func finish(_ page: SitePage) {
        phase = .answering
        send(page, for: nil)
    }

    private func send(_ page: SitePage, for head: RequestHead?) {
        guard case .answering = phase, let visitor else { return }
        let keepsAlive = head?.keepsAlive == true
        var bytes = page.head(keepsAlive: keepsAlive)
        switch page.body {
        case .bytes(let body):
            if head?.method != "HEAD" { bytes.writeImmutableBuffer(body) }
            visitor.siteSent(bytes)
            answered(keepsAlive)
        case .file(let file, let range):
            visitor.siteSent(bytes)
            unsent = (file, head?.method == "HEAD" ? 0..<0 : range, keepsAlive)
            sendMore()
        }
    }

    private func sendMore() {
        guard let (file, range, keepsAlive) = unsent, !isReading else { return }
        if range.isEmpty {
            unsent = nil
            return answered(keepsAlive)
        }
        watch()
        guard visitor?.isWritable == true else { return }
        isReading = true
        let piece = range.lowerBound..<min(range.upperBound, range.lowerBound + Self.pieceSize)
        let bound = NIOLoopBound(self, eventLoop: loop.nonisolated())
        NIOThreadPool.singleton.runIfActive(eventLoop: loop.nonisolated()) { file.read(piece) }
            .whenComplete { bound.value.sent(try? $0.get()) }
    }

    private func sent(_ bytes: ByteBuffer?) {
        isReading = false
        guard let range = unsent?.range else { return }
        guard let bytes, bytes.readableBytes > 0 else { return end() }
        unsent?.range = range.lowerBound + bytes.readableBytes..<range.upperBound
        visitor?.siteSent(bytes)
        sendMore()
    }

    private func answered(_ keepsAlive: Bool) {
        if case .over = phase { return }
        guard keepsAlive else { return end() }
        phase = .idle
        watch()
        process()
    }

    private func end() {
        let visitor = visitor
        close()
        visitor?.siteEnded()
    }

    private func watch() {
        timer?.cancel()
        timer = loop.scheduleTask(deadline: patienceEnds(.now())) { [weak self] in self?.timedOut() }
    }

    private func patienceEnds(_ now: NIODeadline) -> NIODeadline {
        switch phase {
        case .idle: now + site.timeouts.idle
        case .head: now + site.timeouts.head
        case .body: site.timeouts.bodyEnds(begunAt: bodyStart, received: bodyBytes, at: now)
        case .answering: now + site.timeouts.send
        case .over: now
        }
    }

    private func timedOut() {
        switch phase {
        case .body:
            site.onSlowBody()
            finish(.error(408))
        case .head: finish(.error(408))
        case .idle, .answering: end()
        case .over: break
        }
    }
}
