import Foundation
import HTTVPSBackend

struct KeyDesk {
    let store: KeyStore
    let tokenLifetime: Int

    private var change: KeyChange { KeyChange(store: store, tokenLifetime: tokenLifetime) }

    func list(at moment: Date) -> [String] {
        let header = Self.line(["PURPOSE", "KEY", "STATE", "ACTIVE FROM", "GOOD UNTIL"])
        return [header]
            + KeyPurpose.allCases.flatMap { purpose in
                let shelf = store.ring.shelf(purpose)
                return shelf.keys.map { key in
                    Self.line([
                        purpose.rawValue, key.id, shelf.standing(of: key, at: moment).rawValue,
                        Self.time(key.activatesAt), key.endsAt.map(Self.time) ?? "-",
                    ])
                }
            }
    }

    func rotate(_ purposes: [KeyPurpose], delay: TimeInterval) async throws {
        let keys = try await change.publish(purposes, at: Date(), delay: delay)
        for key in keys {
            try CommandRun.say("\(key.purpose.rawValue): \(key.id) from \(Self.time(key.activatesAt)) on")
        }
        let last = keys.map(\.activatesAt).max() ?? Date()
        let pause = last.timeIntervalSinceNow + 2
        if pause > 0 { try await Task.sleep(for: .seconds(pause)) }
        try await seal()
        try CommandRun.say("the new keys are active")
    }

    func rewrap() async throws {
        let keys = try await change.reseal()
        try CommandRun.say("\(keys) keys sealed under BACKEND_SECRET_KEY")
        try await seal()
    }

    private func seal() async throws {
        let progress = try await Rewrap(store: store).run(at: Date()) {
            try CommandRun.say("\($0.sealed) rows sealed again")
        }
        try CommandRun.say("\(progress.sealed) rows sealed under the active keys, \(progress.unreadable) not readable")
        for key in try await change.prune(at: Date()) {
            try CommandRun.say("\(key.purpose.rawValue): \(key.id) is gone for good")
        }
    }

    private static func time(_ date: Date) -> String {
        date.timeIntervalSince1970 <= 0 ? "the beginning" : date.formatted(.iso8601)
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, [20, 14, 9, 22, 0]).map { $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0) }
            .joined()
    }
}
