import NIOCore

struct ConnectionConduct {
    private static let updatesAtOnce = 10_000
    private static let updatesSaved = 65_536
    private static let updatesPerData = 8
    private static let resetsPerMinute = 400

    private let streamLimit: Int
    private let largestFrame: Int
    private var streams = OpenStreams()
    private var refused: Set<UInt32> = []
    private var lastAccepted = UInt32.max
    private var updates = updatesAtOnce
    private var resets: TokenBucket
    private(set) var lastStream: UInt32 = 0

    init(streamLimit: Int, largestFrame: Int, at now: NIODeadline) {
        self.streamLimit = streamLimit
        self.largestFrame = largestFrame
        resets = TokenBucket(capacity: Self.resetsPerMinute, perMinute: Self.resetsPerMinute, at: now)
    }

    mutating func received(_ frame: FrameHead) -> HTTP2Fault.Code? {
        guard frame.length <= largestFrame else { return nil }
        switch frame.kind {
        case .headers: return began(frame)
        case .data:
            if frame.stream > lastStream { return .idleStream }
            if frame.endsStream { streams.clientEnded(frame.stream) }
        case .rstStream:
            streams.clientReset(frame.stream)
            refused.remove(frame.stream)
        case .windowUpdate, nil:
            updates -= 1
            if updates < 0 { return .tooManyUpdates }
        case .priority, .settings, .pushPromise, .ping, .goAway, .continuation: break
        }
        return nil
    }

    mutating func sent(_ frame: FrameHead) {
        if frame.kind == .data { updates = max(updates, min(updates + Self.updatesPerData, Self.updatesSaved)) }
        if frame.endsStream { streams.gatewayEnded(frame.stream) }
    }

    mutating func sentReset(_ stream: UInt32, isFault: Bool, at now: NIODeadline) -> HTTP2Fault.Code? {
        streams.gatewayReset(stream)
        refused.remove(stream)
        guard isFault else { return nil }
        guard resets.hasToken(at: now) else { return .tooManyFaults }
        resets.take()
        return nil
    }

    mutating func saidGoodbye(lastStream: UInt32) { lastAccepted = lastStream }

    func refuses(_ stream: UInt32) -> Bool { refused.contains(stream) }

    private mutating func began(_ frame: FrameHead) -> HTTP2Fault.Code? {
        if frame.stream > lastStream, frame.stream % 2 == 1 {
            lastStream = frame.stream
            guard frame.stream <= lastAccepted else { return nil }
            streams.open(frame.stream)
            if streams.count > streamLimit { refused.insert(frame.stream) }
        } else if streams.hasClientEnded(frame.stream) {
            return .closedStream
        }
        if frame.endsStream { streams.clientEnded(frame.stream) }
        return nil
    }
}
