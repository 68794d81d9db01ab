import HTTVPSClient
import NIOCore
import Synchronization

final class EchoReader: Sendable {
    private let stream: TunnelStream
    private let pattern: BytePattern
    private let ledger: LoadLedger
    private let received = Atomic<Int>(0)

    init(stream: TunnelStream, pattern: BytePattern, ledger: LoadLedger) {
        self.stream = stream
        self.pattern = pattern
        self.ledger = ledger
    }

    func read(upTo end: Int) async throws {
        while received.load(ordering: .relaxed) < end {
            guard let bytes = try await stream.read() else {
                throw LoadError(.target, "the stream ended before all that was sent had come back")
            }
            let offset = received.load(ordering: .relaxed)
            guard offset + bytes.readableBytes <= end, pattern.matches(bytes, at: offset) else {
                throw LoadError(.differs, "bytes behind \(offset) are not those that were sent")
            }
            received.store(offset + bytes.readableBytes, ordering: .relaxed)
            ledger.change { $0.bytesChecked += bytes.readableBytes }
        }
    }
}
