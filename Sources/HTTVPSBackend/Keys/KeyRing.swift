package import Foundation
package import HTTVPSObservability
import HTTVPSPostgres
import Synchronization

package final class KeyRing: Sendable {
    package static let minimumSecretLength = 32

    private struct State {
        var shelves: [KeyPurpose: KeyShelf]
        var isOpen = true
        var lookAgain: (@Sendable () async -> Void)?
    }

    let root: RootSecret
    let previous: RootSecret?
    private let now: @Sendable () -> Date
    private let state: Mutex<State>

    package init(secret: Secret, previous: Secret? = nil, now: @escaping @Sendable () -> Date = { Date() }) {
        let root = RootSecret(secret)
        self.root = root
        self.previous = previous.map(RootSecret.init)
        self.now = now
        let founding = KeyPurpose.allCases.map { ($0, KeyShelf([root.foundingKey(of: $0)])) }
        state = Mutex(State(shelves: Dictionary(uniqueKeysWithValues: founding)))
    }

    var roots: [RootSecret] { [root] + [previous].compactMap(\.self) }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func install(_ keys: [BackendKey]) {
        let shelves = Dictionary(grouping: keys, by: \.purpose).mapValues(KeyShelf.init)
        state.withLock { state in
            state.shelves = shelves
            state.isOpen = true
        }
    }

    func close() { state.withLock { $0.isOpen = false } }

    func checkOpen() throws {
        guard isOpen else {
            throw PostgresError(.databaseUnavailable, "the backend has not read its keys from the database yet")
        }
    }

    func whenUnknown(_ lookAgain: @escaping @Sendable () async -> Void) {
        state.withLock { $0.lookAgain = lookAgain }
    }

    func lookAgain() async { await state.withLock { $0.lookAgain }?() }

    func active(_ purpose: KeyPurpose, at moment: Date? = nil) -> BackendKey {
        shelf(purpose).active(at: moment ?? now()) ?? root.foundingKey(of: purpose)
    }

    func key(_ id: String, _ purpose: KeyPurpose, at moment: Date? = nil) -> BackendKey? {
        shelf(purpose).key(id, at: moment ?? now())
    }

    func usable(_ purpose: KeyPurpose) -> [BackendKey] { shelf(purpose).usable(at: now()) }

    func oldest(_ purpose: KeyPurpose) -> BackendKey { shelf(purpose).oldest ?? root.foundingKey(of: purpose) }

    package func shelf(_ purpose: KeyPurpose) -> KeyShelf {
        state.withLock { $0.shelves[purpose] } ?? KeyShelf([])
    }
}
