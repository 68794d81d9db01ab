import HTTPTypes

struct EntityTag: Equatable, Sendable {
    let text: String

    init(revision: Int64) { text = "\"\(revision)\"" }

    func isNamed(in values: [String], weakly: Bool) -> Bool {
        values.flatMap(Self.items).contains { item in
            item == "*" || item == text || weakly && item == "W/" + text
        }
    }

    private static func items(_ value: String) -> [String] {
        var items: [String] = []
        var item = ""
        var isQuoted = false
        for character in value {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted {
                items.append(item)
                item = ""
            } else if isQuoted || !(character == " " || character == "\t") {
                item.append(character)
            }
        }
        return items + [item]
    }
}
