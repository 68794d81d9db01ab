import HTTVPSProtocol
public import NIOCore
import Synchronization

/// One byte stream through the tunnel: read it as an asynchronous sequence, write to it, end either direction.
///
/// Data that is not read is not asked for: the far side is held back by the stream's credit.
public final class TunnelStream: AsyncSequence, Sendable {
    /// What the far side sends, piece by piece.
    public typealias Element = ByteBuffer

    private let pipe: NIOLoopBoundBox<StreamPipe>
    private let eventLoop: any EventLoop
    private let reads = Atomic<UInt64>(0)

    init(pipe: NIOLoopBoundBox<StreamPipe>, eventLoop: any EventLoop) {
        self.pipe = pipe
        self.eventLoop = eventLoop
    }

    deinit {
        let pipe = pipe
        eventLoop.execute { pipe.value.close(.normal) }
    }

    /// The iterator over what the far side sends.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let stream: TunnelStream

        /// The next bytes, or `nil` behind the far side's end.
        public mutating func next() async throws -> ByteBuffer? { try await stream.read() }
    }

    /// An iterator over what the far side sends; one task at a time may read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

    /// The next bytes, or `nil` behind the far side's end.
    public func read() async throws -> ByteBuffer? {
        let number = reads.wrappingAdd(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await eventLoop.flatSubmit { self.pipe.value.read(number) }.get()
        } onCancel: {
            eventLoop.execute { self.pipe.value.cancelRead(number) }
        }
    }

    /// Sends bytes; returns when the far side's credit covered them all. A cancelled write closes the stream.
    public func write(_ bytes: ByteBuffer) async throws {
        try await withTaskCancellationHandler {
            try await eventLoop.flatSubmit { self.pipe.value.write(bytes) }.get()
        } onCancel: {
            eventLoop.execute { self.pipe.value.close(.normal) }
        }
    }

    /// Ends this side's direction; the other direction lives on.
    public func finish() async throws {
        try await eventLoop.submit { self.pipe.value.finish() }.get()
    }

    /// Ends both directions at once; what is undelivered is discarded.
    public func close() async throws {
        try await eventLoop.submit { self.pipe.value.close(.normal) }.get()
    }
}

extension Tunnel {
    /// Opens a stream to a host and port, which are resolved at the far end. Data may be written at once; a refusal
    /// shows when the stream is read. Waits for a session where there is none.
    public func openStream(to host: String, port: Int) async throws -> TunnelStream {
        guard let number = UInt16(exactly: port), let target = TargetAddress(hostName: host, port: number) else {
            throw ClientError(.configuration, "no possible host and port: \(host):\(port)")
        }
        let eventLoop = eventLoop
        let timeout = TimeAmount(configuration.openTimeout)
        let box = try await eventLoop.flatSubmit {
            let promise = eventLoop.makePromise(of: NIOLoopBoundBox<StreamPipe>.self)
            let pipe = StreamPipe(eventLoop: eventLoop)
            self.switchboard.value.open(target, for: pipe, within: timeout) { result in
                do {
                    pipe.attach(try result.get())
                    promise.succeed(NIOLoopBoundBox(pipe, eventLoop: eventLoop))
                } catch {
                    promise.fail(error)
                }
            }
            return promise.futureResult
        }.get()
        return TunnelStream(pipe: box, eventLoop: eventLoop)
    }
}
