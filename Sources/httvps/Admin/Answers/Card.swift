struct Card {
    var object: JSON
    var tag: String?
    var first: [String] = []
    var bytes: Set<String> = []

    var text: String {
        let lines = members + (tag.map { [("etag", Printable.text($0))] } ?? [])
        let width = lines.map { CellWidth.of($0.0) }.max() ?? 0
        return lines.map { CellWidth.padded($0.0, to: width) + "  " + $0.1 }.joined(separator: "\n")
    }

    private var members: [(String, String)] {
        let leading = first.filter { object.names.contains($0) }
        return (leading + object.names.filter { !leading.contains($0) }).map { (Printable.text($0), value(of: $0)) }
    }

    private func value(of name: String) -> String {
        if bytes.contains(name), case .integer(let count) = object[name] { return ByteCount.exact(count) }
        return Table.text(object[name])
    }
}
