import HTTVPSShadowsocks
import HTTVPSTestSupport
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(5))) struct ShadowsocksServerTests {
    private struct NoAnswer: Error {}

    private func loopbackAddress(_ port: Int) -> ByteBuffer {
        var address = ByteBuffer(bytes: [1, 127, 0, 0, 1])
        address.writeInteger(UInt16(port))
        return address
    }

    @Test(
        "A mebibyte goes through Debian's ss-server to an echo server and back",
        arguments: CipherMethod.allCases, [[UInt8](), Array("POST ".utf8)])
    func stream(method: CipherMethod, prefix: [UInt8]) async throws {
        guard prefix.count <= method.longestPrefix else { return }
        let server = try await ShadowsocksServer.start(method: method.rawValue)
        let echo = try await EchoServer.startStream()
        let port = try #require(echo.localAddress?.port)
        let key = MasterKey(password: server.password, method: method)
        var random = Seeded(1)
        let sent = random.bytes(1 << 20)

        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let received = try await connection.executeThenClose { inbound, outbound in
            async let received = receive(sent.count, from: inbound, key: key)
            try await send(sent, to: loopbackAddress(port), over: outbound, key: key, prefix: prefix)
            return try await received
        }
        #expect(received == sent)
        try await echo.close()
        await server.stop()
    }

    private func send(
        _ bytes: [UInt8], to address: ByteBuffer, over outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        key: MasterKey, prefix: [UInt8]
    ) async throws {
        var sealer = try StreamSealer(key: key, prefix: prefix)
        var rest = bytes[...]
        var first = ByteBuffer()
        try sealer.sealFirst(address: address, data: ByteBuffer(bytes: rest.prefix(1000)), into: &first)
        try await outbound.write(first)
        rest = rest.dropFirst(1000)
        while !rest.isEmpty {
            var part = ByteBuffer()
            try sealer.seal(ByteBuffer(bytes: rest.prefix(50_000)), into: &part)
            try await outbound.write(part)
            rest = rest.dropFirst(50_000)
        }
    }

    private func receive(
        _ count: Int, from inbound: NIOAsyncChannelInboundStream<ByteBuffer>, key: MasterKey
    ) async throws -> [UInt8] {
        var opener = StreamOpener(key: key)
        var opened = ByteBuffer()
        for try await part in inbound {
            var part = part
            try opener.open(&part, into: &opened)
            if opened.readableBytes >= count { break }
        }
        return Array(opened.readableBytesView)
    }

    @Test("A datagram goes through Debian's ss-server and back", arguments: CipherMethod.allCases)
    func datagram(method: CipherMethod) async throws {
        let server = try await ShadowsocksServer.start(method: method.rawValue, relaysUDP: true)
        let echo = try await EchoServer.startDatagrams()
        let address = loopbackAddress(try #require(echo.localAddress?.port))
        let key = MasterKey(password: server.password, method: method)
        let connection = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                        wrappingChannelSynchronously: channel)
                }
            }
        let node = try SocketAddress(ipAddress: "127.0.0.1", port: server.port)
        let reply = try await connection.executeThenClose { inbound, outbound in
            var packet = ByteBuffer()
            try PacketSealer(key: key).seal(address: address, payload: ByteBuffer(string: "ping"), into: &packet)
            try await outbound.write(AddressedEnvelope(remoteAddress: node, data: packet))
            for try await envelope in inbound { return try PacketOpener(key: key).open(envelope.data) }
            throw NoAnswer()
        }
        var expected = address
        expected.writeString("ping")
        #expect(reply == expected)
        try await echo.close()
        await server.stop()
    }

}
