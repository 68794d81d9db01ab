import Foundation
import HTTVPSClient
import NIOPosix

struct AdminProfileFile: Sendable {
    static let defaultName = "default"

    let name: String
    let path: String

    init(name: String, _ environment: [String: String]) throws(ClientError) {
        guard ProfileOptions.isName(name) else { throw ClientError(.configuration, ProfileOptions.rule) }
        self.name = name
        path = "\(Self.folder(environment))/\(name).json"
    }

    static func names(_ environment: [String: String]) -> [String] { ProfileOptions.names(in: folder(environment)) }

    static func all(
        _ environment: [String: String]
    ) async throws -> [(name: String, kept: Result<AdminProfile, any Error>)] {
        var all: [(name: String, kept: Result<AdminProfile, any Error>)] = []
        let folder = folder(environment)
        for name in try await blocking({ try ProfileOptions.files(in: folder) }) {
            do {
                guard let kept = try await AdminProfileFile(name: name, environment).read() else { continue }
                all.append((name, .success(kept)))
            } catch {
                all.append((name, .failure(error)))
            }
        }
        return all
    }

    func read() async throws -> AdminProfile? {
        guard let data = try await Self.blocking({ try PrivateFile.read(path) }) else { return nil }
        guard var profile = try? JSONDecoder().decode(AdminProfile.self, from: data) else {
            throw ClientError(.configuration, "\(path) does not hold an operator's token; sign in again")
        }
        do { profile.token = try AdminProfile.checked(profile.token) } catch {
            throw ClientError(.configuration, "\(path): \(error.message); sign in again")
        }
        return profile
    }

    func write(_ profile: AdminProfile) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(profile) + Data("\n".utf8)
        try await Self.blocking { try PrivateFile.replace(path, with: data) }
    }

    func remove() async throws -> Bool { try await Self.blocking { try PrivateFile.remove(path) } }

    private static func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await NIOThreadPool.singleton.runIfActive(work)
    }

    private static func folder(_ environment: [String: String]) -> String {
        ProfileOptions.folder(environment) + "/admin"
    }
}
