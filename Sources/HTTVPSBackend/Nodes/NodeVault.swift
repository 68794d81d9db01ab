import HTTVPSSodium

package struct NodeVault: Sendable {
    package struct Sealed: Equatable, Sendable {
        package var keyID: String
        package var bytes: [UInt8]
    }

    package enum Column: String, Sendable {
        case password
        case managementURL = "management_url"
    }

    private let keys: KeyRing

    package init(keys: KeyRing) throws {
        try Sodium.start()
        self.keys = keys
    }

    package func seal(_ text: String, column: Column, nodeID: String) throws -> Sealed {
        let key = keys.active(.vault)
        let cipher = try XChaCha20Poly1305(key: key.bytes())
        return Sealed(
            keyID: key.id, bytes: cipher.seal(Array(text.utf8), associatedData: Self.place(column, nodeID)))
    }

    package func open(_ sealed: Sealed, column: Column, nodeID: String) throws -> String {
        guard let key = keys.key(sealed.keyID, .vault) else {
            throw VaultError(.unknownKey, "Node \(nodeID) is sealed with key \(sealed.keyID), which is not known here.")
        }
        let cipher = try XChaCha20Poly1305(key: key.bytes())
        guard let bytes = try? cipher.open(sealed.bytes, associatedData: Self.place(column, nodeID)),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw VaultError(.forged, "The sealed \(column.rawValue) of node \(nodeID) does not belong to its row.")
        }
        return text
    }

    private static func place(_ column: Column, _ nodeID: String) -> [UInt8] {
        Array("outline_nodes/\(column.rawValue)/\(nodeID)".utf8)
    }
}
