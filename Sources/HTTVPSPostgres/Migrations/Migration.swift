import Crypto

package struct Migration: Sendable, Equatable {
    package var version: Int
    package var name: String
    package var up: String
    package var down: String

    package init(version: Int, name: String, up: String, down: String) {
        self.version = version
        self.name = name
        self.up = up
        self.down = down
    }

    package var title: String { Self.title(version: version, name: name) }

    package var checksum: String {
        SHA256.hash(data: Array(up.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    static func title(version: Int, name: String) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_" + name
    }
}
