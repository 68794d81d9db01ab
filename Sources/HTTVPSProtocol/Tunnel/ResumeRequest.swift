package struct ResumeRequest: Equatable, Sendable {
    package var sessionID: String
    package var resumeToken: String
    package var attempt: UInt64
    package var streams: [StreamOffset]

    package init(sessionID: String, resumeToken: String, attempt: UInt64, streams: [StreamOffset]) {
        self.sessionID = sessionID
        self.resumeToken = resumeToken
        self.attempt = attempt
        self.streams = streams
    }
}

package struct StreamOffset: Equatable, Sendable {
    package var streamID: UInt64
    package var received: UInt64

    package init(streamID: UInt64, received: UInt64) {
        self.streamID = streamID
        self.received = received
    }
}

extension StreamOffset: Encodable {
    private enum CodingKeys: String, CodingKey {
        case streamID = "stream_id"
        case received
    }

    init(_ object: JSONObject) throws(TunnelError) {
        streamID = try object.offset("stream_id")
        received = try object.offset("received")
    }

    static func list(_ object: JSONObject) throws(TunnelError) -> [StreamOffset] {
        var streams: [StreamOffset] = []
        for stream in try object.objects("streams") { streams.append(try StreamOffset(stream)) }
        guard Set(streams.map(\.streamID)).count == streams.count else {
            throw TunnelError(.badFrame, "streams lists a stream twice")
        }
        return streams
    }
}

extension ResumeRequest: Encodable {
    private enum CodingKeys: String, CodingKey {
        case attempt, streams
        case sessionID = "session_id"
        case resumeToken = "resume_token"
    }

    init(_ object: JSONObject) throws(TunnelError) {
        sessionID = try object.string("session_id")
        resumeToken = try object.string("resume_token")
        attempt = try object.offset("attempt")
        streams = try StreamOffset.list(object)
    }
}
