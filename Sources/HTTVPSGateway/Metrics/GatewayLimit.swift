package enum GatewayLimit: String, CaseIterable, Hashable, Sendable {
    case streams
    case pings
    case framesPerTurn = "frames_per_turn"
    case fragments
    case messageSize = "message_size"
    case controlBacklog = "control_backlog"
    case heldBeforeVerdict = "held_before_verdict"
    case memoryBeforeVerdict = "memory_before_verdict"
    case sessions
    case sessionBuffer = "session_buffer"
    case memoryBudget = "memory_budget"
    case connections
    case connectionsPerAddress = "connections_per_address"
    case unauthenticated
    case requestBody = "request_body"
    case tlsHandshake = "tls_handshake"
    case proxyHeader = "proxy_header"
    case http2Resets = "http2_resets"
    case http2ControlFrames = "http2_control_frames"
    case http2Continuations = "http2_continuations"
    case http2HeaderList = "http2_header_list"
    case http2EmptyData = "http2_empty_data"
    case http2Streams = "http2_streams"
    case http2StreamErrors = "http2_stream_errors"
    case http2Protocol = "http2_protocol"
}
