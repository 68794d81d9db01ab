import CLibPQ

package struct PostgresDSN: Sendable, CustomStringConvertible, CustomReflectable {
    package static let form =
        "postgresql://user:password@host:5432/database, signs like @ : / # % in the password percent-encoded"

    package let text: String
    package let description: String

    package init(_ text: String) throws(PostgresError) {
        let isURL = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
        guard isURL || text.contains("="), let options = PQconninfoParse(text, nil) else {
            throw Self.unfit
        }
        defer { PQconninfoFree(options) }
        guard !isURL || Self.isWhole(options) else { throw Self.unfit }
        self.text = text
        description = Self.description(options)
    }

    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    private static let unfit = PostgresError(.invalidConfiguration, "the database address must look like \(form)")

    private static func isWhole(_ options: UnsafeMutablePointer<PQconninfoOption>) -> Bool {
        values(of: ["host", "port", "dbname"], options).allSatisfy { keyword, value in
            keyword == "port" ? value.allSatisfy { $0.isWholeNumber || $0 == "," } : !value.dropFirst().contains("@")
        }
    }

    private static func description(_ options: UnsafeMutablePointer<PQconninfoOption>) -> String {
        let shown = values(of: ["host", "hostaddr", "port", "dbname", "user"], options)
        return "PostgreSQL (\(shown.map { "\($0)=\($1)" }.joined(separator: " ")))"
    }

    private static func values(
        of keywords: Set<String>, _ options: UnsafeMutablePointer<PQconninfoOption>
    ) -> [(keyword: String, value: String)] {
        var found: [(keyword: String, value: String)] = []
        var option = options
        while let keyword = option.pointee.keyword.map({ String(cString: $0) }) {
            if keywords.contains(keyword), let value = option.pointee.val {
                found.append((keyword, String(cString: value)))
            }
            option += 1
        }
        return found
    }
}
