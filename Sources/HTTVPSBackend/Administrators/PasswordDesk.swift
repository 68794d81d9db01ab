import HTTVPSSodium
import NIOPosix

actor PasswordDesk {
    private static let maximumWaiting = 256

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var decoy: String?

    init(atATime places: Int = 2) { free = places }

    func hash(_ password: String) async throws -> String {
        try await working { try Argon2id.hash(password) }
    }

    func verify(_ password: String, against hash: String?) async throws -> Bool {
        let known = if let hash { hash } else { try await decoyHash() }
        let fits = try await working { try Argon2id.verify(password, against: known) }
        return fits && hash != nil
    }

    func prepare() async throws { _ = try await decoyHash() }

    private func decoyHash() async throws -> String {
        if let decoy { return decoy }
        let fresh = try await working { try Argon2id.hash("the password of nobody") }
        decoy = fresh
        return fresh
    }

    private func working<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await take()
        defer { release() }
        return try await NIOThreadPool.singleton.runIfActive(body)
    }

    private func take() async throws {
        if free > 0 {
            free -= 1
            return
        }
        guard waiting.count < Self.maximumWaiting else {
            throw ProblemError.retryLater(.rateLimited, "Too many sign-ins at once.", seconds: 5)
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func release() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
