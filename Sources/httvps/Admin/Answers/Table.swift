struct Table {
    var columns: [String]
    var bytes: Set<String> = []
    var rows: [JSON]

    var text: String {
        guard !rows.isEmpty else { return "none" }
        let cells = rows.map { row in columns.map { Self.text(row[$0], inBytes: bytes.contains($0)) } }
        let lines = [columns.map { $0.uppercased() }] + cells
        let widths = columns.indices.map { column in lines.map { CellWidth.of($0[column]) }.max() ?? 0 }
        return lines.map { Self.line($0, widths) }.joined(separator: "\n")
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        let line = zip(cells, widths).map { CellWidth.padded($0, to: $1) }.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    static func text(_ value: JSON, inBytes: Bool = false) -> String {
        switch value {
        case .null: "-"
        case .integer(let count) where inBytes: ByteCount.text(count)
        case .text(let text): Printable.text(text)
        case .array(let items): items.map { Self.text($0) }.joined(separator: ",")
        case .object: reference(value) ?? value.text
        default: value.text
        }
    }

    private static func reference(_ value: JSON) -> String? {
        guard let kind = value["kind"].string else { return nil }
        return [kind, value["name"].string, value["id"].string].compactMap(\.self).map(Printable.text)
            .joined(separator: " ")
    }
}
