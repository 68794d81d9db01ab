import HTTVPSClient
import NIOCore

struct StreamErrand: Sendable {
    enum Kind: Equatable, Sendable {
        case pingPong(exchanges: Int)
        case bulk(bytes: Int)
    }

    static let patience = Duration.seconds(60)
    private static let piece = 65_536

    let kind: Kind
    let number: Int
    let port: Int
    let ledger: LoadLedger

    func run(through tunnel: Tunnel) async throws {
        let pattern = BytePattern(seed: UInt64(number))
        let begun = ContinuousClock.now
        let stream = try await tunnel.openStream(to: "127.0.0.1", port: port)
        let echo = EchoReader(stream: stream, pattern: pattern, ledger: ledger)
        switch kind {
        case .pingPong(let exchanges): try await pingPong(exchanges, stream, pattern, echo, begun)
        case .bulk(let bytes): try await bulk(bytes, stream, pattern, echo, begun)
        }
        try await stream.close()
    }

    private func pingPong(
        _ exchanges: Int, _ stream: TunnelStream, _ pattern: BytePattern, _ echo: EchoReader,
        _ begun: ContinuousClock.Instant
    ) async throws {
        var sent = 0
        for exchange in 0..<exchanges {
            let size = 16 + (number &* 131 &+ exchange &* 397) % 1_400
            let start = ContinuousClock.now
            try await stream.write(pattern.bytes(from: sent, count: size))
            sent += size
            try await echo.read(upTo: sent)
            let since = exchange == 0 ? begun : start
            ledger.note(exchange == 0 ? .firstByte : .roundTrip, .now - since)
        }
    }

    private func bulk(
        _ bytes: Int, _ stream: TunnelStream, _ pattern: BytePattern, _ echo: EchoReader,
        _ begun: ContinuousClock.Instant
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for offset in Swift.stride(from: 0, to: bytes, by: Self.piece) {
                    let count = min(Self.piece, bytes - offset)
                    try await stream.write(pattern.bytes(from: offset, count: count))
                }
            }
            group.addTask { try await echo.read(upTo: bytes) }
            try await group.waitForAll()
        }
        ledger.note(.bulk, .now - begun)
    }
}
