import HTTPTypes

enum MediaType {
    static let json = "application/json"
    static let mergePatch = "application/merge-patch+json"

    static func accepts(_ fields: HTTPFields, among types: [String]) -> Bool {
        let values = fields[values: .contentType]
        guard values.count == 1, let value = values.first else { return false }
        let parts = value.split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
        guard let type = parts.first, types.contains(type.lowercased()) else { return false }
        return parts.dropFirst().allSatisfy(isUTF8)
    }

    private static func isUTF8(_ parameter: String) -> Bool {
        let lower = parameter.lowercased()
        return !lower.hasPrefix("charset=") || lower == "charset=utf-8" || lower == "charset=\"utf-8\""
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
