import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import Logging
import NIOCore
import Testing

@testable import HTTVPSBackend

@Suite("Secrets")
struct SecretsTests {
    @Test("stand in the clear in no table, log line, audit event or error, whichever route made or took them")
    func nowhere() async throws {
        let watch = SecretWatch()
        let logger = Logger(label: "watched") { _ in WatchedLog(watch: watch) }
        try await World.run(logger: logger) { world in
            let house = SecretHouse(world: world, watch: watch)
            try await house.begin()
            try await house.useEveryRoute()
            try await house.provokeErrors()
            try await house.keepTables()
            try await house.keepAuditEvents()
            let unseen = house.routesWithSecrets.subtracting(watch.routes)
            #expect(unseen.isEmpty, "routes with secrets that this test does not use: \(unseen.sorted())")
            #expect(watch.secrets.count >= 25)
        }
        #expect(watch.leaks == [])
    }

    @Test("are found by this test where they stand in the clear, as hexadecimal or as base64")
    func control() {
        for text in ["x hva_secret-one y", [UInt8]("hva_secret-one".utf8).hex, "aHZhX3NlY3JldC1vbmU"] {
            let watch = SecretWatch()
            watch.learn(from: ["items": .array([["token": "hva_secret-one"]])])
            watch.keep(text, from: "table")
            #expect(watch.leaks.count == 1, "\(text)")
        }
    }
}
