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

    private let keyID: String
    private let cipher: XChaCha20Poly1305

    package init(keys: KeyRing) throws {
        keyID = keys.identifier(of: .vault)
        cipher = try XChaCha20Poly1305(key: keys.bytes(for: .vault))
    }

    package func seal(_ text: String, column: Column, nodeID: String) -> Sealed {
        Sealed(keyID: keyID, bytes: cipher.seal(Array(text.utf8), associatedData: Self.place(column, nodeID)))
    }

    package func open(_ sealed: Sealed, column: Column, nodeID: String) throws -> String {
        guard sealed.keyID == keyID else {
            throw VaultError(
                .unknownKey, "Node \(nodeID) is sealed with key \(sealed.keyID); this backend has key \(keyID).")
        }
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
