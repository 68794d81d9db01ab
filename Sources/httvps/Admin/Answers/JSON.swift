import Foundation

enum JSON: Equatable, Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    case number(String)
    case text(String)
    case array([JSON])
    case object([String: JSON])
}

extension JSON {
    init(bytes: Data) throws(ExitStatus.Failure) {
        do {
            self = try JSONReader.read(bytes)
        } catch {
            throw ExitStatus.Failure(status: .usage, message: "this is no JSON")
        }
    }

    var data: Data { Data(text.utf8) }

    var text: String {
        switch self {
        case .null: "null"
        case .flag(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): value
        case .text(let value): Self.quoted(value)
        case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + names.map { Self.quoted($0) + ":" + (members[$0] ?? .null).text }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : Printable.json(scalar)
        }
        return "\"" + escaped.joined() + "\""
    }

    subscript(name: String) -> JSON {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    var items: [JSON] { if case .array(let items) = self { items } else { [] } }

    var string: String? { if case .text(let text) = self { text } else { nil } }

    var names: [String] { if case .object(let members) = self { members.keys.sorted() } else { [] } }
}
