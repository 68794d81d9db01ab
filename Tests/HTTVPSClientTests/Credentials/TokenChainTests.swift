import Foundation
import HTTVPSProtocol
import HTTVPSTestSupport
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("The chain of tokens")
struct TokenChainTests {
    private static let expired = SessionEnd.refused(reason: "token_expired")
    private static let renewal = DeviceCredentials(accessToken: "new", refreshToken: "hvr_2", expiresInSeconds: 900)

    @Test("in memory uses the refresh token once when the access token has expired")
    func memory() async throws {
        let tokens = TokenChain(token: "first")
        let first = try await tokens.present()
        let withoutRefresh = tokens.fallBack(after: Self.expired)
        try await tokens.keep(Self.renewal, for: first)
        #expect(try await tokens.present().token == "new")
        let otherReason = tokens.fallBack(after: .refused(reason: "invalid_token"))
        let renews = tokens.fallBack(after: Self.expired)
        let second = try await tokens.present()
        let again = tokens.fallBack(after: Self.expired)
        #expect(first.token == "first" && second.token == "hvr_2" && second.isRenewal)
        #expect([withoutRefresh, otherReason, renews, again] == [false, false, true, false])
        #expect(await tokens.presentForResume().token == "new")
    }

    @Test("in a file shows the access token while it lives, and then the refresh token, under the lock")
    func file() async throws {
        try await ScratchFolder.using { folder in
            try await folder.file.write(ScratchFolder.profile())
            let tokens = TokenChain(file: folder.file)
            #expect(try await tokens.present().token == "access")
            try await folder.file.write(ScratchFolder.profile(lives: 2))
            #expect(await tokens.presentForResume().token == "access")
            let renewal = try await tokens.present()
            #expect(renewal.token == "hvr_1")
            let busy = await #expect(throws: ClientError.self) { try await folder.file.lock(within: .zero) }
            #expect(busy?.code == .timeout)
            try await tokens.keep(Self.renewal, for: renewal)
            try await folder.file.lock(within: .zero).release()
            let kept = try await folder.file.read()
            #expect(kept.accessToken == "new" && kept.refreshToken == "hvr_2" && kept.gateways.count == 1)
            #expect(abs(kept.accessExpiresAt.timeIntervalSinceNow - 900) < 60)
        }
    }

    @Test("renews when the gateway calls the access token expired, unless another process was faster")
    func another() async throws {
        try await ScratchFolder.using { folder in
            try await folder.file.write(ScratchFolder.profile())
            let tokens = TokenChain(file: folder.file)
            #expect(try await tokens.present().token == "access")
            let first = tokens.fallBack(after: Self.expired)
            try await folder.file.write(ScratchFolder.profile(access: "theirs", refresh: "hvr_9"))
            #expect(try await tokens.present().token == "theirs")
            let second = tokens.fallBack(after: Self.expired)
            #expect(try await tokens.present().token == "hvr_9")
            let third = tokens.fallBack(after: Self.expired)
            #expect([first, second, third] == [true, true, false])
            try await folder.file.lock(within: .seconds(5)).release()
        }
    }

    @Test("waits for the other process that renews, and takes what that one got")
    func waits() async throws {
        try await ScratchFolder.using { folder in
            try await folder.file.write(ScratchFolder.profile(lives: 0))
            let first = TokenChain(file: folder.file)
            let renewal = try await first.present()
            #expect(renewal.token == "hvr_1")
            async let second = TokenChain(file: folder.file).present()
            try await first.keep(Self.renewal, for: renewal)
            #expect(try await second.token == "new")
        }
    }

    @Test("lets a tunnel renew through the gateway and keeps the new credentials before it uses them")
    func tunnel() async throws {
        try await ScratchFolder.using { folder in
            try await folder.file.write(ScratchFolder.profile(access: "old"))
            let gateway = try await FakeGateway(
                .init(refusalByToken: ["old": "token_expired"], renewalByToken: ["hvr_1": Self.renewal]))
            var configuration = gateway.configuration()
            configuration.credentials = folder.file
            try await withTunnel(configuration) { tunnel in
                _ = try await tunnel.openStream(to: "echo.test", port: 1)
                try await eventually(within: .seconds(60)) { try await folder.file.read().refreshToken == "hvr_2" }
                gateway.change { $0.refusalByToken = ["old": "invalid_token", "hvr_1": "invalid_token"] }
                gateway.send(.goaway(reason: "draining", graceSeconds: 1))
                try await eventually(within: .seconds(60)) { gateway.ledger.withLock { $0.hellos.count == 3 } }
            }
            #expect(gateway.ledger.withLock { $0.hellos.map(\.token) } == ["old", "hvr_1", "new"])
            try await gateway.close()
        }
    }

    @Test("ends a tunnel that needs a new session and whose credentials were forgotten meanwhile")
    func forgotten() async throws {
        try await ScratchFolder.using { folder in
            try await folder.file.write(ScratchFolder.profile())
            let gateway = try await FakeGateway()
            var configuration = gateway.configuration()
            configuration.credentials = folder.file
            let tunnel = try Tunnel(configuration)
            let run = Task { try await tunnel.run() }
            _ = try await tunnel.openStream(to: "echo.test", port: 1)
            try await folder.file.remove()
            gateway.send(.goaway(reason: "draining", graceSeconds: 1))
            let error = await #expect(throws: ClientError.self) { try await run.value }
            #expect(error?.code == .configuration)
            try await gateway.close()
        }
    }

    @Test("lets a probe renew, too")
    func probe() async throws {
        try await ScratchFolder.using { folder in
            try await folder.file.write(ScratchFolder.profile(access: "old"))
            let gateway = try await FakeGateway(
                .init(refusalByToken: ["old": "token_expired"], renewalByToken: ["hvr_1": Self.renewal]))
            var configuration = gateway.configuration()
            configuration.credentials = folder.file
            #expect(try await Tunnel.probe(configuration).isPassed)
            #expect(try await folder.file.read().accessToken == "new")
            try await gateway.close()
        }
    }
}
