import ArgumentParser

struct EntityTag: ExpressibleByArgument, Equatable, Sendable {
    var text: String

    init?(argument: String) {
        guard argument.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let isQuoted = argument.utf8.count > 1 && argument.hasPrefix("\"") && argument.hasSuffix("\"")
        let inside = isQuoted ? String(argument.dropFirst().dropLast()) : argument
        if argument == "*" || argument.hasPrefix("W/\"") && argument.hasSuffix("\"") {
            text = argument
            return
        }
        guard !inside.isEmpty, inside.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") })
        else { return nil }
        text = "\"\(inside)\""
    }
}
