import DequeModule
import HTTVPSProtocol
import NIOCore

final class StreamPipe: StreamConsumer {
    private enum Inbound {
        case open
        case finished
        case failed(any Error)
    }

    private struct Reader {
        let number: UInt64
        let promise: EventLoopPromise<ByteBuffer?>
    }

    private struct Write {
        var bytes: ByteBuffer
        let promise: EventLoopPromise<Void>
    }

    private let eventLoop: any EventLoop
    private var line: Switchboard.Line?
    private var arrived: Deque<ByteBuffer> = []
    private var inbound = Inbound.open
    private var reader: Reader?
    private var latestRead: UInt64 = 0
    private var cancelledReads: Set<UInt64> = []
    private var writes: Deque<Write> = []
    private var isFinishing = false

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func attach(_ line: Switchboard.Line) {
        self.line = line
        line.session.flush()
    }

    func read(_ number: UInt64) -> EventLoopFuture<ByteBuffer?> {
        latestRead = max(latestRead, number)
        if cancelledReads.remove(number) != nil { return eventLoop.makeFailedFuture(CancellationError()) }
        if let next = arrived.popFirst() {
            consumed(next.readableBytes)
            return eventLoop.makeSucceededFuture(next)
        }
        switch inbound {
        case .finished: return eventLoop.makeSucceededFuture(nil)
        case .failed(let error): return eventLoop.makeFailedFuture(error)
        case .open: break
        }
        guard reader == nil else {
            return eventLoop.makeFailedFuture(ClientError(.streamClosed, "another task reads this stream"))
        }
        let promise = eventLoop.makePromise(of: ByteBuffer?.self)
        reader = Reader(number: number, promise: promise)
        return promise.futureResult
    }

    func cancelRead(_ number: UInt64) {
        guard let reader, reader.number == number else {
            if number > latestRead { cancelledReads.insert(number) }
            return
        }
        self.reader = nil
        reader.promise.fail(CancellationError())
    }

    func write(_ bytes: ByteBuffer) -> EventLoopFuture<Void> {
        guard line != nil, !isFinishing else {
            return eventLoop.makeFailedFuture(ClientError(.streamClosed, "the stream takes no more data"))
        }
        let promise = eventLoop.makePromise(of: Void.self)
        writes.append(Write(bytes: bytes, promise: promise))
        streamMayWrite()
        line?.session.flush()
        return promise.futureResult
    }

    func finish() {
        guard !isFinishing else { return }
        isFinishing = true
        streamMayWrite()
        line?.session.flush()
    }

    func close(_ reason: StreamCloseReason) {
        guard let line else { return }
        line.session.close(line.id, reason)
        line.session.flush()
        over(ClientError(.streamClosed, "the stream was closed here", reason: reason.name))
    }

    func streamOpened() {}

    func streamReceived(_ data: ByteBuffer) {
        guard data.readableBytes > 0 else { return }
        guard let reader else { return arrived.append(data) }
        self.reader = nil
        consumed(data.readableBytes)
        reader.promise.succeed(data)
    }

    func streamReadCompleted() {}

    func streamFinished() {
        guard case .open = inbound else { return }
        inbound = .finished
        let waiting = reader
        reader = nil
        waiting?.promise.succeed(nil)
    }

    func streamClosed(_ reason: StreamCloseReason, message: String) {
        over(
            ClientError(
                .streamClosed, message.isEmpty ? "the gateway closed the stream" : message, reason: reason.name))
    }

    var silentSinceItsEnd: NIODeadline? { nil }

    func makeRoom() {}

    func streamMayWrite() {
        guard let line else { return }
        while var next = writes.popFirst() {
            line.session.send(&next.bytes, on: line.id)
            guard next.bytes.readableBytes == 0 else { return writes.prepend(next) }
            next.promise.succeed()
        }
        if isFinishing { line.session.sendFinish(on: line.id) }
    }

    private func over(_ error: ClientError) {
        line = nil
        arrived.removeAll()
        if case .open = inbound { inbound = .failed(error) }
        let waiting = reader
        reader = nil
        waiting?.promise.fail(error)
        let unwritten = writes
        writes.removeAll()
        for write in unwritten { write.promise.fail(error) }
    }

    private func consumed(_ count: Int) {
        guard let line else { return }
        line.session.consumed(count, on: line.id)
        line.session.flush()
    }
}
