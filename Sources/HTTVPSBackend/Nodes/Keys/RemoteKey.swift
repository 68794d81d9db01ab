import Foundation
import HTTVPSShadowsocks

struct RemoteKey: Equatable, Sendable {
    var id: String
    var name: String
    var access: OutlineKey?

    static func one(_ body: [UInt8], on host: String) throws -> RemoteKey {
        try JSONDecoder().decode(Body.self, from: Data(body)).key(on: host)
    }

    static func list(_ body: [UInt8], on host: String) throws -> [RemoteKey] {
        struct List: Decodable { var accessKeys: [Body] }
        return try JSONDecoder().decode(List.self, from: Data(body)).accessKeys.map { $0.key(on: host) }
    }
}

extension RemoteKey {
    private struct Body: Decodable {
        var id: Identity
        var name: String?
        var password: String?
        var port: Int?
        var method: String?
        var accessUrl: String?

        func key(on host: String) -> RemoteKey {
            RemoteKey(id: id.text, name: name ?? "", access: (try? link ?? parts(on: host)).map(OutlineKey.init))
        }

        private var link: AccessKey? {
            get throws { try accessUrl.map { try AccessKey($0) } }
        }

        private func parts(on host: String) throws -> AccessKey? {
            guard let password, let port = port.flatMap({ UInt16(exactly: $0) }),
                let method = CipherMethod(name: method ?? CipherMethod.default.rawValue)
            else { return nil }
            return try AccessKey(host: host, port: port, method: method, password: password)
        }
    }

    private struct Identity: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int64.self) {
                text = String(number)
            } else {
                text = try container.decode(String.self)
            }
        }
    }
}
