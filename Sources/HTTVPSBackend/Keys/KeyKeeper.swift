import Foundation
import HTTVPSObservability
import HTTVPSPostgres
import Logging
import ServiceLifecycle

actor KeyKeeper: Service {
    private static let pause: Duration = .seconds(5)
    private static let pauseWhileClosed: Duration = .seconds(1)

    private let store: KeyStore
    private let logger: Logger
    private var lastLook: ContinuousClock.Instant?

    init(store: KeyStore, logger: Logger) {
        self.store = store
        self.logger = logger
        store.ring.whenUnknown { [weak self] in await self?.lookAgain() }
    }

    func load() async throws { try await store.load() }

    func lookAgain() async {
        let now = ContinuousClock.now
        if let lastLook, now - lastLook < .seconds(1) { return }
        lastLook = now
        await refresh()
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: self.store.ring.isOpen ? Self.pause : Self.pauseWhileClosed)
                await self.refresh()
            }
        }
    }

    private func refresh() async {
        do {
            try await store.load()
        } catch let error as KeyError {
            logger.error(
                "the keys in the database cannot be opened", metadata: .fields([.code: .string(error.code.rawValue)]))
        } catch {
            logger.debug("the keys could not be read", metadata: .fields([.error: .string("\(error)")]))
        }
    }
}
