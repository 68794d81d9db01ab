import Foundation

enum NodeURL {
    static func isValid(_ text: String, scheme: String) -> Bool {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let parts = URLComponents(string: text) else {
            return false
        }
        guard parts.scheme?.lowercased() == scheme, let host = parts.host, !host.isEmpty, parts.fragment == nil,
            parts.user == nil, parts.password == nil
        else { return false }
        return parts.port.map { (1...65_535).contains($0) } ?? true
    }
}
