import Foundation
import HTTVPSObservability
import Logging

struct KeyRotator: Sendable {
    let store: KeyRotationStore
    var connection: ManagementConnection
    var canary: KeyCanary
    let metrics: KeyRotationMetrics
    let logger: Logger
    let now: @Sendable () -> Date
    var pace = KeyRotationPace()

    func step() async throws -> Bool {
        guard let rotation = try await store.claim(at: now(), leaseSeconds: pace.lease) else { return false }
        do {
            try await perform(rotation)
            metrics.steps.with(rotation.step.rawValue, "done").increment()
        } catch is KeyRotationStore.LeaseLost {
            note("key rotation was taken over by another backend", rotation, code: "lease_lost")
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            try await putOff(rotation, error)
        }
        return true
    }

    private func perform(_ rotation: KeyRotation) async throws {
        switch rotation.step {
        case .create: try await create(rotation)
        case .canary: try await tryOut(rotation)
        case .drain: try await drain(rotation)
        case .delete: try await delete(rotation)
        case .retire: try await retire(rotation)
        case .done: break
        }
    }

    private func create(_ rotation: KeyRotation) async throws {
        let key = try await server(of: rotation).makeKey(named: rotation.keyName.text)
        try await store.advance(rotation, to: .canary, newKeyID: key.id, at: now())
    }

    private func tryOut(_ rotation: KeyRotation) async throws {
        let server = try server(of: rotation)
        guard let id = rotation.newKeyID, let key = try await server.findKey(id: id)?.access else {
            return try await store.advance(rotation, to: .create, at: now())
        }
        let outcome = try await canary.outcome(of: key, of: server.address)
        var verdict = CanaryVerdict(outcome, attempt: rotation.attempt, hasOldKey: rotation.oldKey != nil)
        if verdict == .compareWithOldKey, let old = try oldKey(of: rotation) {
            verdict = CanaryVerdict(besideOldKey: try await canary.outcome(of: old, of: server.address))
        }
        if case .tryAgain(let reason) = verdict { throw CanaryFailure(message: reason) }
        try await store.flip(rotation, to: key, id: id, at: now())
        note("node has a new key", rotation, code: verdict == .take ? "proven" : "unproven", at: .info)
    }

    private func drain(_ rotation: KeyRotation) async throws {
        let holders = try await store.holders(of: rotation, at: now())
        guard pace.isDrained(flippedAt: rotation.flippedAt ?? rotation.createdAt, holders: holders, at: now()) else {
            return try await store.wait(rotation, seconds: pace.drainLook, error: nil, at: now())
        }
        try await store.advance(rotation, to: .delete, at: now())
    }

    private func delete(_ rotation: KeyRotation) async throws {
        let server = try server(of: rotation)
        if let old = rotation.oldKeyID, old != rotation.newKeyID { try await server.deleteKey(id: old) }
        for orphan in try await server.allKeys() where rotation.isOrphan(orphan) {
            try await server.deleteKey(id: orphan.id)
            note("key without owner deleted", rotation, code: "orphan", at: .info)
        }
        try await store.advance(rotation, to: .done, at: now())
    }

    private func retire(_ rotation: KeyRotation) async throws {
        let server = try server(of: rotation)
        for key in try await server.allKeys() where rotation.isOurs(key) { try await server.deleteKey(id: key.id) }
        try await store.retire(rotation, at: now())
    }

    private func putOff(_ rotation: KeyRotation, _ error: any Error) async throws {
        let code = Self.code(of: error)
        metrics.steps.with(rotation.step.rawValue, code).increment()
        note("key rotation failed and is tried again", rotation, code: code, message: Self.message(of: error))
        let isOver =
            rotation.step == .retire
            && now().timeIntervalSince(rotation.nodeDeletedAt ?? now()) >= pace.retirementGivenUpAfter
        do {
            if isOver { return try await store.retire(rotation, at: now()) }
            try await store.wait(
                rotation, seconds: pace.pause(afterAttempt: rotation.attempt, of: rotation.step), error: code, at: now()
            )
        } catch is KeyRotationStore.LeaseLost {
            note("key rotation was taken over by another backend", rotation, code: "lease_lost")
        }
    }
}

extension KeyRotator {
    private func server(of rotation: KeyRotation) throws -> OutlineServer {
        let url = try store.vault.open(rotation.managementURL, column: .managementURL, nodeID: rotation.nodeID)
        let address = try ManagementAddress(url: url, certificateHash: rotation.certificateHash)
        return OutlineServer(connection: connection, address: address)
    }

    private func oldKey(of rotation: KeyRotation) throws -> OutlineKey? {
        try rotation.oldKey.map { old in
            let password = try store.vault.open(old.password, column: .password, nodeID: rotation.nodeID)
            return OutlineKey(host: old.host, port: old.port, method: old.method, password: password)
        }
    }

    private func note(
        _ text: Logger.Message, _ rotation: KeyRotation, code: String, message: String = "",
        at level: Logger.Level = .warning
    ) {
        logger.log(
            level: level, text,
            metadata: .fields([
                .nodeID: .string(rotation.nodeID), .state: .string(rotation.step.rawValue),
                .attempt: .stringConvertible(rotation.attempt), .code: .string(code), .error: .string(message),
            ]))
    }

    private static func code(of error: any Error) -> String {
        switch error {
        case let error as OutlineServerError: error.code.rawValue
        case is CanaryFailure: "canary_failed"
        case let error as VaultError: error.code.rawValue
        default: "internal_error"
        }
    }

    private static func message(of error: any Error) -> String {
        switch error {
        case let error as OutlineServerError: error.message
        case let error as CanaryFailure: error.message
        case let error as VaultError: error.message
        default: "\(type(of: error))"
        }
    }
}

struct CanaryFailure: Error {
    let message: String
}

extension KeyRotation {
    func isOurs(_ key: RemoteKey) -> Bool { number(of: key) != nil }

    func isOrphan(_ key: RemoteKey) -> Bool {
        guard let number = number(of: key), key.id != newKeyID else { return false }
        return number <= self.number
    }

    private func number(of key: RemoteKey) -> Int? {
        KeyName.number(in: key.id, of: nodeID) ?? KeyName.number(in: key.name, of: nodeID)
    }
}
