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
        let isPinned = (try? chain.first?.toDERBytes()).map { Array(SHA256.hash(data: $0)).hex == hash } ?? false
        if !isPinned { mismatch.withLock { $0 = true } }
        verdict.succeed(isPinned ? .certificateVerified : .failed)
    }
}
