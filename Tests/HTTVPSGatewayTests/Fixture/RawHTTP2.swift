import NIOCore

@testable import HTTVPSGateway

final class RawHTTP2 {
    struct Frame: Equatable {
        var kind: FrameHead.Kind?
        var flags: UInt8
        var stream: UInt32
        var payload: ByteBuffer

        var code: UInt32? {
            switch kind {
            case .rstStream: payload.getInteger(at: payload.readerIndex)
            case .goAway: payload.getInteger(at: payload.readerIndex + 4)
            default: nil
            }
        }

        var lastStream: UInt32? { kind == .goAway ? payload.getInteger(at: payload.readerIndex) : nil }
    }

    static let page: [UInt8] = [0x82, 0x84, 0x87, 0x01, 0x01, 0x61]
    static let post: [UInt8] = [0x83, 0x84, 0x87, 0x01, 0x01, 0x61]

    private let connection: TestConnection
    private var arrived: AsyncStream<ByteBuffer>.Iterator
    private var input = ByteBuffer()

    private init(_ connection: TestConnection) {
        self.connection = connection
        arrived = connection.arrived.makeAsyncIterator()
    }

    static func open(port: Int) async throws -> RawHTTP2 {
        let raw = RawHTTP2(try await TestConnection.open(port: port, protocols: ["h2"]))
        try await raw.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(.settings))
        while let next = await raw.next() {
            if next.kind == .settings, next.flags == 0 { break }
        }
        try await raw.send(frame(.settings, flags: 1))
        return raw
    }

    static func frame(
        _ kind: FrameHead.Kind, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []
    ) -> [UInt8] {
        var bytes = ByteBuffer()
        bytes.writeMultipleIntegers(UInt32(payload.count) << 8 | UInt32(kind.rawValue), flags, stream)
        bytes.writeBytes(payload)
        return Array(buffer: bytes)
    }

    func send(_ bytes: [UInt8]) async throws {
        try await connection.channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    func sendUnwaited(_ bytes: [UInt8]) { connection.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    func next() async -> Frame? {
        while true {
            if let frame = read() { return frame }
            guard var more = await arrived.next() else { return nil }
            input.writeBuffer(&more)
        }
    }

    func next(_ kind: FrameHead.Kind) async -> Frame? {
        while let frame = await next() {
            if frame.kind == kind { return frame }
        }
        return nil
    }

    func close() async { await connection.close() }

    private func read() -> Frame? {
        var rest = input
        guard let head = FrameHead(reading: &rest), let payload = rest.readSlice(length: head.length) else {
            return nil
        }
        input = rest
        return Frame(kind: head.kind, flags: head.flags, stream: head.stream, payload: payload)
    }
}
