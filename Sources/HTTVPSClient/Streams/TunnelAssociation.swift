import HTTVPSProtocol
public import NIOCore

/// One datagram and the far side from which it came.
public struct TunnelDatagram: Sendable, Equatable {
    /// The sender's IP address as text, IPv6 without brackets.
    public let host: String
    /// The sender's port.
    public let port: Int
    /// What it sent.
    public let data: ByteBuffer
}

/// Datagrams (UDP) through the tunnel, to any host and port: send them, and read what comes back as an asynchronous
/// sequence.
///
/// As with UDP, nothing is acknowledged: a datagram that cannot be sent at once, or comes while nobody reads, may be
/// lost, and so may one of more than 1,200 bytes. The association goes on over a new session by itself.
public final class TunnelAssociation: AsyncSequence, Sendable {
    /// A datagram and its sender.
    public typealias Element = TunnelDatagram

    static let mostUnread = 256

    private let pipe: NIOLoopBoundBox<DatagramPipe>
    private let eventLoop: any EventLoop
    private let arrived: AsyncStream<TunnelDatagram>

    init(pipe: NIOLoopBoundBox<DatagramPipe>, arrived: AsyncStream<TunnelDatagram>, eventLoop: any EventLoop) {
        self.pipe = pipe
        self.arrived = arrived
        self.eventLoop = eventLoop
    }

    deinit {
        let pipe = pipe
        eventLoop.execute { pipe.value.close() }
    }

    /// The iterator over the datagrams that come back.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let association: TunnelAssociation
        var iterator: AsyncStream<TunnelDatagram>.Iterator

        /// The next datagram, or `nil` where the association was closed here.
        public mutating func next() async -> TunnelDatagram? { await iterator.next() }
    }

    /// An iterator over the datagrams that come back; one task at a time may read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(association: self, iterator: arrived.makeAsyncIterator())
    }

    /// Sends a datagram to a host and port; a name is resolved at the far end.
    public func send(_ data: ByteBuffer, to host: String, port: Int) async throws {
        guard let number = UInt16(exactly: port), let target = TargetAddress(hostName: host, port: number) else {
            throw ClientError(.configuration, "no possible host and port: \(host):\(port)")
        }
        try await eventLoop.submit { self.pipe.value.send(data, to: target) }.get()
    }

    /// Ends the association.
    public func close() async throws { try await eventLoop.submit { self.pipe.value.close() }.get() }
}

extension Tunnel {
    /// Prepares an association for datagrams; the gateway hears of it with the first that is sent.
    public func openAssociation() async throws -> TunnelAssociation {
        let (arrived, continuation) = AsyncStream.makeStream(
            of: TunnelDatagram.self, bufferingPolicy: .bufferingNewest(TunnelAssociation.mostUnread))
        let box = try await eventLoop.submit {
            let pipe = DatagramPipe(switchboard: self.switchboard.value) { data, source in
                continuation.yield(TunnelDatagram(data, from: source))
            } whenClosed: {
                continuation.finish()
            }
            return NIOLoopBoundBox(pipe, eventLoop: self.eventLoop)
        }.get()
        return TunnelAssociation(pipe: box, arrived: arrived, eventLoop: eventLoop)
    }
}

extension TunnelDatagram {
    init(_ data: ByteBuffer, from source: TargetAddress) {
        let text = source.hostDescription
        host = text.hasPrefix("[") ? String(text.dropFirst().dropLast()) : text
        port = Int(source.port)
        self.data = data
    }
}
