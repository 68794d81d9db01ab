import ArgumentParser
import Foundation
import HTTVPSClient
import Testing

@testable import httvps

@Suite("Settings of a tunnel")
struct TunnelSettingsTests {
    private static let kept = DeviceProfile(
        deviceID: "dev_kept", accessToken: "a", accessExpiresAt: Date(), refreshToken: "hvr_",
        gateways: [.init(url: "wss://kept.test/ws"), .init(url: "wss://other.test:8443/ws")])
    private static let environment = [
        "HTTVPS_GATEWAY_URL": "wss://one.test/ws  wss://two.test/ws", "HTTVPS_DEVICE_ID": "dev_env",
        "HTTVPS_DEVICE_TOKEN": "secret\n",
    ]

    private static func settings(_ arguments: [String], _ environment: [String: String] = [:]) throws -> TunnelSettings
    {
        let command = try Connect.parse(arguments + ["--socks", "127.0.0.1:0"])
        return TunnelSettings(options: command.options, profile: command.profile, environment: environment)
    }

    private static func keeping(_ profile: DeviceProfile = kept) -> Result<
        (file: CredentialFile, profile: DeviceProfile), ClientError
    > { .success((CredentialFile(path: "/nowhere"), profile)) }

    @Test("come from the environment, as the scripts use it")
    func environment() throws {
        let settings = try Self.settings([], Self.environment)
        #expect(settings.usesToken)
        let configuration = try settings.configuration(kept: nil)
        #expect(configuration.gateways.map(\.host) == ["one.test", "two.test"])
        #expect(configuration.deviceID == "dev_env" && configuration.token == "secret")
        #expect(configuration.credentials == nil)
    }

    @Test("come from kept credentials where there is no token")
    func kept() throws {
        let settings = try Self.settings([])
        #expect(!settings.usesToken)
        let configuration = try settings.configuration(kept: Self.keeping())
        #expect(configuration.gateways.map(\.port) == [443, 8_443])
        #expect(configuration.deviceID == "dev_kept" && configuration.credentials?.path == "/nowhere")
    }

    @Test("by a named profile win over the environment, and options over both")
    func named() throws {
        let settings = try Self.settings(["--profile", "work"], Self.environment)
        #expect(!settings.usesToken)
        #expect(try settings.configuration(kept: Self.keeping()).gateways.first?.host == "kept.test")
        let chosen = try Self.settings(["--profile", "work", "--gateway", "wss://x.test/ws"], Self.environment)
        #expect(try chosen.configuration(kept: Self.keeping()).gateways.map(\.host) == ["x.test"])
    }

    @Test("name every fault at once, each in its words")
    func faults() throws {
        let nothing = #expect(throws: ClientError.self) {
            try Self.settings(["--ca-cert", "/no/such.pem"]).configuration(
                kept: .failure(ClientError(.configuration, "none kept")))
        }
        let lines = nothing?.message.split(separator: "\n") ?? []
        #expect(lines.count == 3 && lines[0].contains("--gateway") && lines[1].contains("none kept"))
        #expect(lines.last?.contains("/no/such.pem") == true)
        let halves = #expect(throws: ClientError.self) {
            try Self.settings(["--gateway", "ftp://x"], ["HTTVPS_DEVICE_TOKEN": "t"]).configuration(kept: nil)
        }
        #expect(halves?.message.contains("wss://") == true && halves?.message.contains("--device-id") == true)
        let stranger = #expect(throws: ClientError.self) {
            try Self.settings(["--device-id", "dev_x"]).configuration(kept: Self.keeping())
        }
        #expect(stranger?.message.contains("dev_kept") == true)
    }

    @Test("blame an authority's file that cannot be used, and nothing beside it")
    func authority() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await CredentialFile(path: folder.path + "/credentials.json").write(Self.kept)
        let junk = folder.appendingPathComponent("junk.pem")
        try Data("junk\n".utf8).write(to: junk)
        for (path, reason) in [(folder.path, "cannot be read"), (junk.path, "holds no certificate")] {
            let settings = try Self.settings(["--config", folder.path, "--ca-cert", path])
            let error = await #expect(throws: ClientError.self) { try await settings.configuration() }
            #expect(
                error?.message == "the certificate file \(path) \(reason)" + (path == junk.path ? " in PEM form" : ""))
        }
    }

    @Test("lie in the folder that XDG names, one file per profile")
    func places() throws {
        let home = ["HOME": "/home/ada"]
        func path(_ arguments: [String], _ environment: [String: String]) throws -> String {
            try Self.settings(arguments, environment).profile.file(environment).path
        }
        #expect(try path([], home) == "/home/ada/.config/httvps/credentials.json")
        #expect(try path(["--profile", "work"], ["XDG_CONFIG_HOME": "/x"]) == "/x/httvps/work.json")
        #expect(try path(["--config", "/c"], home) == "/c/credentials.json")
        #expect(try path([], ["HOME": ""]).hasPrefix(NSHomeDirectory() + "/.config"))
        #expect(throws: (any Error).self) { try Self.settings(["--config", ""]) }
        for name in ["", "../x", ".x", "a/b", String(repeating: "a", count: 65)] {
            #expect(throws: (any Error).self) { try Self.settings(["--profile", name]) }
        }
    }
}
