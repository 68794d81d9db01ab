import Crypto
import Foundation
import NIOCore
import NIOSSL
import Synchronization

final class PinnedCertificate: Sendable {
    private let hash: String
    private let mismatch = Mutex(false)

    init(sha256 hash: String) { self.hash = hash.lowercased() }

    var hasMismatched: Bool { mismatch.withLock { $0 } }

    func verify(_ chain: [NIOSSLCertificate], _ verdict: EventLoopPromise<NIOSSLVerificationResult>) {
        let isPinned = (try? chain.first?.toDERBytes()).map { Self.hex(SHA256.hash(data: $0)) == hash } ?? false
        if !isPinned { mismatch.withLock { $0 = true } }
        verdict.succeed(isPinned ? .certificateVerified : .failed)
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
