struct OpenStreams {
    private struct Ends: OptionSet {
        let rawValue: UInt8
        static let client = Ends(rawValue: 1)
        static let gateway = Ends(rawValue: 2)
    }

    private static let remembered = 128

    private var streams: [UInt32: Ends] = [:]
    private var ended: [UInt32] = []
    private var oldest = 0

    var count: Int { streams.count }

    func hasClientEnded(_ stream: UInt32) -> Bool { streams[stream]?.contains(.client) ?? ended.contains(stream) }

    mutating func open(_ stream: UInt32) { streams[stream] = [] }

    mutating func clientEnded(_ stream: UInt32) { end(stream, .client) }

    mutating func gatewayEnded(_ stream: UInt32) { end(stream, .gateway) }

    mutating func clientReset(_ stream: UInt32) {
        if streams.removeValue(forKey: stream) != nil { remember(stream) }
    }

    mutating func gatewayReset(_ stream: UInt32) {
        if streams.removeValue(forKey: stream)?.contains(.client) == true { remember(stream) }
    }

    private mutating func end(_ stream: UInt32, _ side: Ends) {
        guard let ends = streams[stream]?.union(side) else { return }
        guard ends == [.client, .gateway] else {
            streams[stream] = ends
            return
        }
        streams[stream] = nil
        remember(stream)
    }

    private mutating func remember(_ stream: UInt32) {
        if ended.count < Self.remembered {
            ended.append(stream)
        } else {
            ended[oldest] = stream
            oldest = (oldest + 1) % Self.remembered
        }
    }
}
