import CLibPQ

package struct PostgresDSN: Sendable, CustomStringConvertible, CustomReflectable {
    package let text: String
    package let description: String

    package init(_ text: String) throws(PostgresError) {
        let isURL = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
        guard isURL || text.contains("="), let options = PQconninfoParse(text, nil) else {
            throw PostgresError(
                .invalidConfiguration,
                "the database address must look like postgresql://user:password@host:5432/database")
        }
        defer { PQconninfoFree(options) }
        self.text = text
        description = Self.description(options)
    }

    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    private static func description(_ options: UnsafeMutablePointer<PQconninfoOption>) -> String {
        let shown = ["host", "hostaddr", "port", "dbname", "user"]
        var parts: [String] = []
        var option = options
        while let keyword = option.pointee.keyword.map({ String(cString: $0) }) {
            if shown.contains(keyword), let value = option.pointee.val {
                parts.append("\(keyword)=\(String(cString: value))")
            }
            option += 1
        }
        return "PostgreSQL (\(parts.joined(separator: " ")))"
    }
}
