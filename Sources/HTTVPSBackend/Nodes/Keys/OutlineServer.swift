import Foundation
import HTTVPSShadowsocks
import NIOHTTP1

struct OutlineServer: Sendable {
    private static let keys = "/access-keys"
    private static let withoutNamedKeys: Set<Int> = [400, 404, 405, 501]

    let connection: ManagementConnection
    let address: ManagementAddress

    func makeKey(named name: String) async throws -> RemoteKey {
        let answer = try await connection.send(.PUT, Self.keys + "/" + name, body: Self.wish(name), to: address)
        switch answer.status {
        case 200, 201:
            if let key = try? RemoteKey.one(answer.body, on: address.host), key.access != nil { return key }
            return try Self.usable(try await findKey(named: name))
        case 409: return try Self.usable(try await findKey(named: name))
        case let status where Self.withoutNamedKeys.contains(status): return try await makeNumberedKey(named: name)
        default: throw Self.refusal(answer, "make a key")
        }
    }

    func findKey(named name: String) async throws -> RemoteKey? {
        let all = try await allKeys()
        return all.first { $0.id == name } ?? all.first { $0.name == name }
    }

    func findKey(id: String) async throws -> RemoteKey? { try await allKeys().first { $0.id == id } }

    func allKeys() async throws -> [RemoteKey] {
        let answer = try await connection.send(.GET, Self.keys, to: address)
        guard answer.status == 200 else { throw Self.refusal(answer, "list its keys") }
        do {
            return try RemoteKey.list(answer.body, on: address.host)
        } catch {
            throw OutlineServerError(.invalidAnswer, "The management server's list of keys cannot be read.")
        }
    }

    func deleteKey(id: String) async throws {
        let answer = try await connection.send(.DELETE, Self.keys + "/" + Self.segment(id), to: address)
        guard (200...299).contains(answer.status) || answer.status == 404 else {
            throw Self.refusal(answer, "delete a key")
        }
    }

    private func makeNumberedKey(named name: String) async throws -> RemoteKey {
        if let known = try await findKey(named: name) { return try Self.usable(known) }
        let answer = try await connection.send(.POST, Self.keys, body: Self.wish(name), to: address)
        guard (200...299).contains(answer.status) else { throw Self.refusal(answer, "make a key") }
        guard let key = try? RemoteKey.one(answer.body, on: address.host) else {
            return try Self.usable(try await findKey(named: name))
        }
        if key.name != name {
            let path = "\(Self.keys)/\(Self.segment(key.id))/name"
            _ = try await connection.send(.PUT, path, body: Self.json(["name": name]), to: address)
        }
        return try Self.usable(key)
    }

    private static func usable(_ key: RemoteKey?) throws(OutlineServerError) -> RemoteKey {
        guard let key, key.access != nil else {
            throw OutlineServerError(.invalidAnswer, "The management server gave no key that can be used.")
        }
        return key
    }

    private static func segment(_ id: String) -> String {
        let plain = CharacterSet(charactersIn: "-_.~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return id.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }

    private static func wish(_ name: String) -> [UInt8] {
        json(["name": name, "method": CipherMethod.default.rawValue])
    }

    private static func json(_ members: KeyValuePairs<String, String>) -> [UInt8] {
        JSONWriter.bytes(of: .object(JSONObject(members.map { ($0.key, .string($0.value)) })))
    }

    private static func refusal(_ answer: ManagementAnswer, _ purpose: String) -> OutlineServerError {
        OutlineServerError(.refused, "The management server does not \(purpose): status \(answer.status).")
    }
}
