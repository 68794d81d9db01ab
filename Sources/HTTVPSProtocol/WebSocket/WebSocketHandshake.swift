import Crypto
import Foundation

package enum WebSocketHandshake {
    package typealias Headers = [(name: String, value: String)]

    private static let acceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    package static func acceptKey(for key: String) -> String {
        Data(Insecure.SHA1.hash(data: Data((key + acceptSuffix).utf8))).base64EncodedString()
    }

    package static func requestKey(using generator: inout some RandomNumberGenerator) -> String {
        Data((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }).base64EncodedString()
    }

    package static func key(
        ofUpgradeTo path: String, method: String, isHTTP11: Bool, target: String,
        headers: some Sequence<(name: String, value: String)>
    ) -> String? {
        guard method == "GET", isHTTP11, self.path(of: target) == path else { return nil }
        let fields = Fields(headers)
        guard let host = fields.single("host"), HostField.isCorrect(host),
            fields.hasToken("upgrade", in: "connection"), fields.single("upgrade")?.lowercased() == "websocket",
            fields.values("expect").isEmpty, fields.single("sec-websocket-version") == "13",
            let key = fields.single("sec-websocket-key"), isKey(key)
        else { return nil }
        return key
    }

    package static func path(of target: String) -> Substring {
        target.prefix { $0 != "?" }
    }

    package static func upgradeResponse(for key: String) -> Headers {
        [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", acceptKey(for: key))]
    }

    package static func upgradeRequest(host: String, key: String) -> Headers {
        [
            ("Host", host), ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", key),
        ]
    }

    package static func isAccepted(
        status: Int, headers: some Sequence<(name: String, value: String)>, key: String
    ) -> Bool {
        let fields = Fields(headers)
        return status == 101 && fields.hasToken("upgrade", in: "connection")
            && fields.hasToken("websocket", in: "upgrade")
            && fields.single("sec-websocket-accept") == acceptKey(for: key)
            && fields.values("sec-websocket-extensions").isEmpty && fields.values("sec-websocket-protocol").isEmpty
    }

    private static func isKey(_ key: String) -> Bool {
        guard let bytes = Data(base64Encoded: key) else { return false }
        return bytes.count == 16 && bytes.base64EncodedString() == key
    }
}

extension WebSocketHandshake {
    private struct Fields {
        private var byName: [String: [String]] = [:]

        init(_ headers: some Sequence<(name: String, value: String)>) {
            for (name, value) in headers { byName[name.lowercased(), default: []].append(Self.trimmed(value)) }
        }

        func values(_ name: String) -> [String] { byName[name] ?? [] }

        func single(_ name: String) -> String? { values(name).count == 1 ? values(name).first : nil }

        func hasToken(_ token: String, in name: String) -> Bool {
            values(name).contains { value in
                value.split(separator: ",").contains { Self.trimmed(String($0)).lowercased() == token }
            }
        }

        private static func trimmed(_ text: String) -> String {
            text.trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
        }
    }
}
