import HTTVPSTestSupport
import NIOCore
import Testing

@Suite("Datagrams through the whole stack", .serialized)
struct DatagramTransferTests {
    private static let associate: [UInt8] = [5, 1, 0, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0]
    private static let question: [UInt8] = [
        0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 101, 120, 97, 109, 112, 108, 101, 4, 116, 101, 115, 116, 0, 0, 1,
        0, 1,
    ]
    private static let record: [UInt8] = [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]

    private static func packet(
        to address: [UInt8], port: Int, fragment: UInt8 = 0, _ data: ByteBuffer
    ) -> ByteBuffer {
        var packet = ByteBuffer(bytes: [0, 0, fragment] + address + [UInt8(port >> 8), UInt8(port & 0xFF)])
        packet.writeImmutableBuffer(data)
        return packet
    }

    private static let loopback: [UInt8] = [1, 127, 0, 0, 1]
    private static let localhost: [UInt8] = [3, 9] + Array("localhost".utf8)
    private static let denied: [UInt8] = [1, 10, 0, 0, 1]

    private static func associated<Value: Sendable>(
        _ stack: LocalStack, _ body: @escaping @Sendable (DatagramSocket, Int) async throws -> Value
    ) async throws -> Value {
        let text = try stack.variable("HTTVPS_SOCKS")
        let proxy = try #require(text.split(separator: ":").last.flatMap { Int($0) })
        return try await LocalSocket.with(port: proxy) { reader, writer in
            try await writer.write(ByteBuffer(bytes: associate))
            let answer = try await reader.exactly(12)
            #expect(answer.prefix(10) == [5, 0, 5, 0, 0, 1, 127, 0, 0, 1])
            let socket = try await DatagramSocket.open()
            let value = try await body(socket, Int(answer[10]) << 8 | Int(answer[11]))
            try await socket.close()
            return value
        }
    }

    @Test("SOCKS5 UDP ASSOCIATE carries datagrams of every size to a target and back, and each byte is counted")
    func sizes() async throws {
        let echo = try await DatagramEcho.start()
        try await LocalStack.running { stack in
            try await Self.associated(stack) { socket, port in
                for size in [1, 1_200, 2_794, 8_000, 40_000, 65_000] {
                    let data = ByteBuffer(repeating: UInt8(size & 0xFF), count: size)
                    let sent = Self.packet(to: Self.loopback, port: echo.port, data)
                    let back = try await socket.exchange(sent, with: port, until: sent)
                    #expect(back == sent, "\(size) bytes")
                }
            }
            let isCounted = try await Poll.until(within: .seconds(60), every: .milliseconds(500)) {
                let bytes = echo.arrived.reduce(Int64(0)) { $0 + Int64($1.readableBytes) }
                return try await stack.countedBytes() == MovedBytes(up: bytes, down: bytes)
            }
            #expect(isCounted)
        }
        try await echo.stop()
    }

    @Test("A DNS query to a named resolver is answered, also behind a fragment and a denied target")
    func query() async throws {
        let answer = ByteBuffer(bytes: [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1] + Self.question[8...] + Self.record)
        let query = ByteBuffer(bytes: Self.question)
        let fragment = ByteBuffer(string: "a fragment")
        let resolver = try await DatagramEcho.start { $0 == query ? answer : $0 }
        try await LocalStack.running { stack in
            try await Self.associated(stack) { socket, port in
                let expected = Self.packet(to: Self.loopback, port: resolver.port, answer)
                let byName = Self.packet(to: Self.localhost, port: resolver.port, query)
                #expect(try await socket.exchange(byName, with: port, until: expected) == expected)
                try await socket.send(
                    Self.packet(to: Self.loopback, port: resolver.port, fragment: 1, fragment), to: port)
                try await socket.send(Self.packet(to: Self.denied, port: 53, query), to: port)
                let byAddress = Self.packet(to: Self.loopback, port: resolver.port, ByteBuffer(string: "behind"))
                #expect(try await socket.exchange(byAddress, with: port, until: byAddress) == byAddress)
            }
            #expect(try await stack.waitUntilGauge("httvps_gateway_streams_active", is: 0))
        }
        #expect(!resolver.arrived.contains(fragment))
        try await resolver.stop()
    }
}
