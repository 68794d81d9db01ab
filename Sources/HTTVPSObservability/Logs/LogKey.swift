package enum LogKey: String, CaseIterable, Sendable {
    case requestID = "request_id"
    case traceID = "trace_id"
    case userID = "user_id"
    case deviceID = "device_id"
    case sessionID = "session_id"
    case streamID = "stream_id"
    case subscriptionID = "subscription_id"
    case nodeID = "node_id"
    case gatewayID = "gateway_id"
    case administratorID = "administrator_id"
    case outcome
    case reason
    case code
    case error
    case method
    case route
    case path
    case status
    case durationMilliseconds = "duration_ms"
    case region
    case address
    case count
    case attempt
    case bytesUp = "bytes_up"
    case bytesDown = "bytes_down"
    case streamsOpened = "streams_opened"
    case epoch
    case sequence = "seq"
    case state
    case version
    case block
    case hash
    case migration
}
