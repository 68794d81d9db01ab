import Foundation
import HTTVPSPostgres

struct KeyRotation: Sendable {
    enum Step: String, CaseIterable, Sendable {
        case create
        case canary
        case drain
        case delete
        case retire
        case done
    }

    var id: Int64
    var nodeID: String
    var number: Int
    var step: Step
    var newKeyID: String?
    var oldKeyID: String?
    var attempt: Int
    var fence: Int64
    var flippedAt: Date?
    var createdAt: Date
    var nodeDeletedAt: Date?
    var managementURL: NodeVault.Sealed
    var certificateHash: String
    var oldKey: SealedKey?

    struct SealedKey: Sendable {
        var host: String
        var port: Int64
        var method: String
        var password: NodeVault.Sealed
    }

    var keyName: KeyName { KeyName(nodeID: nodeID, number: number) }

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        nodeID = try row.decode("node_id")
        number = try row.decode("number")
        step = try row.decode("step")
        newKeyID = try row.decode("new_key_id")
        oldKeyID = try row.decode("old_key_id")
        attempt = try row.decode("attempts")
        fence = try row.decode("fence")
        flippedAt = try row.decode("flipped_at")
        createdAt = try row.decode("created_at")
        nodeDeletedAt = try row.decode("deleted_at")
        managementURL = NodeVault.Sealed(
            keyID: try row.decode("management_url_key_id"), bytes: try row.decode("management_url_sealed"))
        certificateHash = try row.decode("cert_sha256")
        if let sealed: [UInt8] = try row.decode("password_sealed", as: [UInt8]?.self),
            let host: String = try row.decode("host", as: String?.self)
        {
            oldKey = SealedKey(
                host: host, port: try row.decode("port"), method: try row.decode("method"),
                password: NodeVault.Sealed(keyID: try row.decode("password_key_id"), bytes: sealed))
        }
    }
}
