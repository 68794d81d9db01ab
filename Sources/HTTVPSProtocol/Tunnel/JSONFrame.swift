import NIOCore

struct JSONFrame: Encodable {
    private var type: String
    private var streamID: String?
    private var target: String?
    private var data: String?
    private var reason: String?
    private var message: String?
    private var received: UInt64?
    private var limit: UInt64?
    private var nonce: String?
    private var graceSeconds: UInt64?
    private var code: String?

    enum CodingKeys: String, CodingKey {
        case type, target, data, reason, message, received, limit, nonce, code
        case streamID = "stream_id"
        case graceSeconds = "grace_sec"
    }

    init(_ frame: Frame) {
        switch frame {
        case .streamOpen(let id, let target, let data):
            self.init("stream_open", id)
            self.target = target?.description ?? ""
            if data.readableBytes > 0 { self.data = Base64.encode(data) }
        case .streamOpened(let id):
            self.init("stream_opened", id)
        case .streamData(let id, let data):
            self.init("stream_data", id)
            self.data = Base64.encode(data)
        case .streamFinish(let id):
            self.init("stream_finish", id)
        case .streamClose(let id, let reason, let message):
            self.init("stream_close", id)
            self.reason = reason.name
            self.message = message
        case .streamWindow(let id, let received, let limit):
            self.init("stream_window", id)
            self.received = received
            self.limit = limit
        case .datagram(let id, let target, let data):
            self.init("datagram", id)
            self.target = target?.description ?? ""
            self.data = Base64.encode(data)
        case .ping(let nonce):
            self.init("ping")
            self.nonce = nonce.map { String(buffer: $0) }
        case .pong(let nonce):
            self.init("pong")
            self.nonce = nonce.map { String(buffer: $0) }
        case .padding(let count):
            self.init("padding")
            data = Base64.encode(ByteBuffer(repeating: 0, count: count))
        case .goaway(let reason, let grace):
            self.init("goaway")
            self.reason = reason
            graceSeconds = grace
        case .error(let code, let message, let stream):
            self.init("error", stream)
            self.code = code
            self.message = message
        }
    }

    private init(_ type: String, _ id: StreamID? = nil) {
        self.type = type
        streamID = id?.description
    }
}
