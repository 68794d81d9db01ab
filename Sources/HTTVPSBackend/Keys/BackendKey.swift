import Crypto
package import Foundation

package struct BackendKey: Equatable, Sendable {
    package enum Standing: String, Sendable {
        case next
        case active
        case retired
        case ended
    }

    static let length = 64

    package var purpose: KeyPurpose
    package var id: String
    package var activatesAt: Date
    package var endsAt: Date?
    var material: [UInt8]

    init(_ purpose: KeyPurpose, material: [UInt8], activatesAt: Date, endsAt: Date? = nil) {
        self.purpose = purpose
        self.material = material
        self.activatesAt = activatesAt
        self.endsAt = endsAt
        id = Self.identifier(of: material)
    }

    var symmetric: SymmetricKey { SymmetricKey(data: bytes()) }

    func bytes(_ count: Int = 32) -> [UInt8] { Array(material.prefix(count)) }

    static func identifier(of material: [UInt8]) -> String {
        Array(SHA256.hash(data: Data("key-id".utf8) + material.prefix(32)).prefix(6)).hex
    }
}
