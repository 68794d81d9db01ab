struct StatementCache {
    struct Key: Hashable {
        var text: String
        var types: [SQLValue.DataType]

        init(_ query: SQLQuery) {
            text = query.text
            types = query.binds.map(\.type)
        }
    }

    enum Lookup: Equatable {
        case prepared(String)
        case prepare(String)
        case full
    }

    private var names: [Key: String] = [:]
    private var created = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    mutating func lookup(_ query: SQLQuery) -> Lookup {
        if let name = names[Key(query)] { return .prepared(name) }
        guard names.count < capacity else { return .full }
        created += 1
        return .prepare("s\(created)")
    }

    mutating func store(_ name: String, for query: SQLQuery) { names[Key(query)] = name }

    mutating func forget(_ query: SQLQuery) { names[Key(query)] = nil }
}
