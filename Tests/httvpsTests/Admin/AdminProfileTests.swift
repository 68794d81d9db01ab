import Foundation
import HTTVPSClient
import Testing

@testable import httvps

@Suite("Profiles of operators")
struct AdminProfileTests {
    private func environment(_ more: [String: String] = [:]) -> [String: String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("profiles-\(UUID())").path
        return ["XDG_CONFIG_HOME": folder].merging(more) { $1 }
    }

    @Test("are files of their owner alone, one for each backend")
    func files() async throws {
        let environment = environment()
        for name in ["default", "staging"] {
            let profile = AdminProfile(backend: "https://\(name).test", token: "hva_secret")
            try await AdminProfileFile(name: name, environment).write(profile)
        }
        #expect(AdminProfileFile.names(environment) == ["default", "staging"])
        let file = try AdminProfileFile(name: "staging", environment)
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try await AdminProfile.choose(named: nil, environment).backend == "https://default.test")
        #expect(try await AdminProfile.choose(named: "staging", environment).backend == "https://staging.test")
        #expect(try await file.remove())
        #expect(try await file.read() == nil)
    }

    @Test("are listed also where one of them is broken")
    func broken() async throws {
        let environment = environment()
        for name in ["good", "open", "torn"] {
            try await AdminProfileFile(name: name, environment).write(
                AdminProfile(backend: "https://b.test", token: "t"))
        }
        let folder = (try AdminProfileFile(name: "good", environment).path as NSString).deletingLastPathComponent
        try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder)/torn.json"))
        #expect(chmod("\(folder)/open.json", 0o644) == 0)
        try Data().write(to: URL(fileURLWithPath: "\(folder)/a b.json"))
        let all = try await AdminProfileFile.all(environment)
        let good = all.filter { (try? $0.kept.get()) != nil }.map(\.name)
        #expect(all.map(\.name) == ["a b", "good", "open", "torn"] && good == ["good"])
        #expect(AdminProfileFile.names(environment) == ["good", "open", "torn"])
    }

    @Test("that cannot be listed are no empty list; a folder that is not there is one")
    func unreadable() async throws {
        let environment = environment()
        let folder = environment["XDG_CONFIG_HOME"] ?? ""
        #expect(try await AdminProfileFile.all(environment).isEmpty)
        try Data().write(to: URL(fileURLWithPath: folder))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let error = await #expect(throws: ClientError.self) { try await AdminProfileFile.all(environment) }
        #expect(error?.code == .configuration && error?.message.contains("Not a directory") == true)
        #expect(AdminProfileFile.names(environment).isEmpty)
    }

    @Test("whose token no token can be are refused before anything is sent", arguments: ["hva_\u{1}", "a\nb", ""])
    func unusableToken(token: String) async throws {
        let file = try AdminProfileFile(name: "odd", environment())
        try await file.write(AdminProfile(backend: "https://b.test", token: token))
        let error = await #expect(throws: ClientError.self) { try await file.read() }
        #expect(error?.code == .configuration && error?.message.contains("no token has") == true)
    }

    @Test("give way to a token in the environment, unless one is named")
    func environmentFirst() async throws {
        let environment = environment(["HTTVPS_ADMIN_TOKEN": "hva_x", "HTTVPS_BACKEND_URL": "https://env.test"])
        #expect(try await AdminProfile.choose(named: nil, environment).backend == "https://env.test")
        await #expect(throws: ClientError.self) { try await AdminProfile.choose(named: "kept", environment) }
        var lone = environment
        lone["HTTVPS_BACKEND_URL"] = nil
        await #expect(throws: ClientError.self) { try await AdminProfile.choose(named: nil, lone) }
    }

    @Test(
        "have names that are no paths",
        arguments: ["", "../x", ".hidden", "a b", "a\u{202E}b", "a\u{9B}b", String(repeating: "a", count: 65)])
    func names(name: String) {
        #expect(throws: ClientError.self) { try AdminProfileFile(name: name, environment()) }
    }

    @Test("take tokens without the line ends around them, and none with other characters in them")
    func tokens() async throws {
        #expect(try AdminProfile.checked("hva_x\r\n") == "hva_x")
        for token in ["", "\r\n", "hva_\nx", "hva_ä", "hva x"] {
            #expect(throws: ClientError.self) { try AdminProfile.checked(token) }
        }
        #expect(AdminProfile.name(nil, ["HTTVPS_ADMIN_PROFILE": "staging"]) == "staging")
        #expect(AdminProfile.name("kept", ["HTTVPS_ADMIN_PROFILE": "staging"]) == "kept")
        #expect(AdminProfile.name(nil, ["HTTVPS_ADMIN_PROFILE": ""]) == "default")
    }

    @Test("show no token when they are printed")
    func description() {
        #expect("\(AdminProfile(backend: "https://b.test", token: "hva_secret"))" == "https://b.test")
    }
}
