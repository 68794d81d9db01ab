import ArgumentParser

struct CommandWords {
    private static let kinds = ["command", "resource", "verb"]

    let words: [RawText]

    init(_ words: [RawText]) { self.words = words }

    var complaint: String? { unreadable ?? unknown }

    private var unreadable: String? {
        let isRun = words.first?.bytes.elementsEqual(Run._commandName.utf8) == true
        let own = isRun ? words.prefix { $0.bytes != Array("--".utf8) } : words[...]
        let place = own.firstIndex { String(validating: $0.bytes, as: UTF8.self) == nil }
        return place.map { "word \($0 + 1) behind httvps is not UTF-8 text" }
    }

    private var unknown: String? {
        var command: any ParsableCommand.Type = HTTVPS.self
        var kind = Self.kinds[0]
        for word in words.map(\.text) {
            let known = command.configuration.subcommands
            guard !known.isEmpty, !word.isEmpty, !word.hasPrefix("-"), !word.contains("="), word != "help" else {
                return nil
            }
            guard let next = known.first(where: { $0._commandName == word }) else {
                return "there is no \(kind) \(word); known: \(known.map { $0._commandName }.joined(separator: ", "))"
            }
            kind = next == Admin.self ? Self.kinds[1] : Self.kinds[2]
            command = next
        }
        return nil
    }
}
