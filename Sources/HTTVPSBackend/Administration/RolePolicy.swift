import HTTPTypes

struct RolePolicy: Sendable {
    enum Access: Equatable, Sendable {
        case everyone
        case anyCaller
        case only(Set<CallerRole>)
    }

    struct Row: Sendable {
        var methods: [HTTPRequest.Method]
        var patterns: [RoutePattern]
        var access: Access
    }

    private struct Key: Hashable {
        var method: HTTPRequest.Method
        var pattern: RoutePattern
    }

    static let standard = RolePolicy(rows: matrix)

    private let table: [Key: Access]

    init(rows: [Row]) {
        var table: [Key: Access] = [:]
        for row in rows {
            for pattern in row.patterns {
                for method in row.methods { table[Key(method: method, pattern: pattern)] = row.access }
            }
        }
        self.table = table
    }

    func access(_ method: HTTPRequest.Method, _ pattern: RoutePattern) -> Access {
        table[Key(method: method, pattern: pattern)] ?? .only([])
    }
}
