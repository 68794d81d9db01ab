import CLibPQ

extension PostgresDSN {
    package func replacing(database: String) throws(PostgresError) -> PostgresDSN {
        var values = try parts().map { ($0.keyword, $0.keyword == "dbname" ? database : $0.value) }
        if !values.contains(where: { $0.0 == "dbname" }) { values.append(("dbname", database)) }
        return try PostgresDSN(values.map { "\($0)=\(Self.quoted($1))" }.joined(separator: " "))
    }

    package var environment: [String: String] {
        let named = (try? parts()) ?? []
        return named.reduce(into: [:]) { variables, part in
            if let variable = part.variable { variables[variable] = part.value }
        }
    }

    private struct Part {
        var keyword: String
        var variable: String?
        var value: String
    }

    private func parts() throws(PostgresError) -> [Part] {
        guard let options = PQconninfoParse(text, nil) else {
            throw PostgresError(.invalidConfiguration, "the database address cannot be read")
        }
        defer { PQconninfoFree(options) }
        var parts: [Part] = []
        var option = options
        while let keyword = option.pointee.keyword.map({ String(cString: $0) }) {
            if let value = option.pointee.val.map({ String(cString: $0) }) {
                let variable = option.pointee.envvar.map { String(cString: $0) }
                parts.append(Part(keyword: keyword, variable: variable, value: value))
            }
            option += 1
        }
        return parts
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
