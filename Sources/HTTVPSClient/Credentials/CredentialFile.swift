import Foundation
import NIOPosix

/// The file in which a device keeps its credentials: readable by its owner only, replaced in one step, and renewed by
/// one process at a time.
public struct CredentialFile: Sendable {
    /// Where the file lies.
    public let path: String

    /// Names a file, which need not exist yet.
    public init(path: String) { self.path = path }

    /// Reads what is kept. Refuses a file that others can read or that belongs to someone else.
    public func read() async throws(ClientError) -> DeviceProfile {
        let path = path
        let data = try await blocking { () throws(ClientError) in try PrivateFile.read(path) }
        guard let data else {
            throw ClientError(.configuration, "no credentials are kept in \(path); enrol first: httvps enroll")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let profile = try? decoder.decode(DeviceProfile.self, from: data) else {
            throw ClientError(.configuration, "\(path) does not hold credentials of this program; enrol again")
        }
        return profile
    }

    /// Replaces what is kept: whoever reads sees the old credentials or the new ones, also after a crash.
    public func write(_ profile: DeviceProfile) async throws(ClientError) {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let path = path
        guard let data = try? encoder.encode(profile) else {
            throw ClientError(.configuration, "the credentials cannot be written down")
        }
        try await blocking { () throws(ClientError) in
            try PrivateFile.replace(PrivateFile.followed(path), with: data + Data("\n".utf8))
        }
    }

    /// Forgets what is kept; says whether there was anything.
    @discardableResult
    public func remove() async throws(ClientError) -> Bool {
        let path = path
        return try await blocking { () throws(ClientError) in
            let target = PrivateFile.followed(path)
            if target != path { _ = try PrivateFile.remove(target) }
            return try PrivateFile.remove(path)
        }
    }

    /// Runs the body while no other process renews or replaces the credentials.
    public func whileLocked<Result: Sendable>(
        within limit: Duration = .seconds(30), _ body: () async throws -> Result
    ) async throws -> Result {
        let lock = try await lock(within: limit)
        defer { lock.release() }
        return try await body()
    }

    func lock(within limit: Duration = .seconds(30)) async throws(ClientError) -> CredentialLock {
        let path = path
        let deadline = ContinuousClock.now + limit
        while true {
            if let lock = try await blocking({ () throws(ClientError) in
                try CredentialLock(path: PrivateFile.followed(path) + ".lock")
            }) {
                return lock
            }
            guard ContinuousClock.now < deadline, !Task.isCancelled else {
                throw ClientError(.timeout, "another process has been renewing the credentials for too long")
            }
            try? await Task.sleep(for: .milliseconds(.random(in: 20...60)))
        }
    }

    private func blocking<Value: Sendable>(
        _ work: @escaping @Sendable () throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        do {
            return try await NIOThreadPool.singleton.runIfActive(work)
        } catch let error as ClientError {
            throw error
        } catch {
            throw ClientError(.configuration, "\(path) cannot be used: \(error)", cause: error)
        }
    }
}
