struct Table {
    var columns: [String]
    var bytes: Set<String> = []
    var rows: [JSON]

    var text: String {
        guard !rows.isEmpty else { return "none" }
        let cells = rows.map { row in columns.map { Self.text(row[$0], inBytes: bytes.contains($0)) } }
        let lines = [columns.map { $0.uppercased() }] + cells
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { Self.line($0, widths) }.joined(separator: "\n")
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (cell, width) in zip(cells, widths) {
            line += cell + String(repeating: " ", count: width - cell.count + 2)
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    static func text(_ value: JSON, inBytes: Bool = false) -> String {
        switch value {
        case .null: "-"
        case .integer(let count) where inBytes: ByteCount.text(count)
        case .text(let text): text.unicodeScalars.map { printable($0) }.joined()
        case .array(let items): items.map { Self.text($0) }.joined(separator: ",")
        case .object: reference(value) ?? value.text
        default: value.text
        }
    }

    private static func reference(_ value: JSON) -> String? {
        guard let kind = value["kind"].string else { return nil }
        return [kind, value["name"].string ?? value["id"].string].compactMap(\.self).joined(separator: " ")
    }

    private static func printable(_ scalar: Unicode.Scalar) -> String {
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        return isControl ? "\u{FFFD}" : String(Character(scalar))
    }
}
