import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("SOCKS5 UDP ASSOCIATE through a gateway", .timeLimit(.minutes(5)))
struct SocksAssociationTests {
    private static let capabilities: Capabilities = [.binary, .flowControl, .datagram]
    private static let ask: [UInt8] = [5, 1, 0, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0]

    private static func datagram(_ host: String, _ data: [UInt8]) throws -> ByteBuffer {
        SocksDatagram(address: try #require(TargetAddress(host)), data: ByteBuffer(bytes: data)).packet
    }

    private static func port(_ reader: inout LocalSocket.Reader) async throws -> Int {
        let answer = try await reader.exactly(12)
        #expect(answer.prefix(10) == [5, 0, 5, 0, 0, 1, 127, 0, 0, 1])
        return Int(answer[10]) << 8 | Int(answer[11])
    }

    @Test("carries a query to a named host and the answer back, with its source")
    func query() async throws {
        let gateway = try await FakeGateway(.init(capabilities: Self.capabilities))
        try await withTunnel(gateway.configuration()) { tunnel in
            let proxy = try await tunnel.startProxy(.socks5, port: 0)
            try await LocalSocket.with(port: proxy.port) { reader, writer in
                try await writer.write(ByteBuffer(bytes: Self.ask))
                let port = try await Self.port(&reader)
                let socket = try await DatagramSocket.open()
                let dropped = await tunnel.statistics.datagramsDropped
                try await socket.send(ByteBuffer(bytes: [0, 0, 1, 1, 1, 2, 3, 4, 0, 53, 9]), to: port)
                let answer = try await socket.exchange(try Self.datagram("resolver.test:53", [1, 2, 3]), with: port)
                #expect(answer == (try Self.datagram("192.0.2.7:53", [1, 2, 3])))
                #expect(await tunnel.statistics.datagramsDropped > dropped)
                try await socket.close()
            }
        }
        try await gateway.close()
    }

    @Test("goes on after a target was denied, and ends with its TCP connection")
    func ends() async throws {
        let gateway = try await FakeGateway(.init(capabilities: Self.capabilities))
        try await withTunnel(gateway.configuration()) { tunnel in
            let proxy = try await tunnel.startProxy(.socks5, port: 0)
            let socket = try await DatagramSocket.open()
            let port = try await LocalSocket.with(port: proxy.port) { reader, writer in
                try await writer.write(ByteBuffer(bytes: Self.ask))
                let port = try await Self.port(&reader)
                let good = try Self.datagram("192.0.2.7:53", [4])
                #expect(try await socket.exchange(good, with: port) == good)
                try await socket.send(try Self.datagram("denied.test:53", [5]), to: port)
                let last = try Self.datagram("192.0.2.8:53", [6])
                #expect(try await socket.exchange(last, with: port, until: last) == last)
                return port
            }
            #expect(
                try await Poll.until(within: .seconds(60)) {
                    await tunnel.statistics.openStreams == 0
                })
            #expect(port > 0)
            try await socket.close()
        }
        try await gateway.close()
    }

    @Test("is offered to programs as an association of the tunnel")
    func library() async throws {
        let gateway = try await FakeGateway(.init(capabilities: Self.capabilities))
        try await withTunnel(gateway.configuration()) { tunnel in
            let association = try await tunnel.openAssociation()
            let asking = Task {
                while !Task.isCancelled {
                    try await association.send(ByteBuffer(string: "q"), to: "resolver.test", port: 53)
                    try await Task.sleep(for: .milliseconds(300))
                }
            }
            var datagrams = association.makeAsyncIterator()
            let first = await datagrams.next()
            asking.cancel()
            #expect(first?.host == "192.0.2.7")
            #expect(first?.port == 53)
            #expect(first.map { String(buffer: $0.data) } == "q")
            await #expect(throws: ClientError.self) {
                try await association.send(ByteBuffer(), to: "resolver.test", port: 0)
            }
            try await association.close()
            while await datagrams.next() != nil {}
        }
        try await gateway.close()
    }
}
