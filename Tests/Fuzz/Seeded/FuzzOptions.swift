struct FuzzOptions {
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    static let usage =
        "usage: httvps-fuzz [--seed N] [--runs N] [--start N] [--corpora FOLDER] [--write-corpora FOLDER]"

    private(set) var seed: UInt64 = 1
    private(set) var runs: UInt64 = 1_000_000
    private(set) var start: UInt64 = 0
    private(set) var corpora: String?
    private(set) var written: String?

    init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        while let name = rest.popFirst() {
            guard let text = rest.popFirst() else { throw Fault(description: "\(name) needs a value") }
            switch name {
            case "--seed": seed = try Self.number(text, of: name)
            case "--runs": runs = try Self.number(text, of: name)
            case "--start": start = try Self.number(text, of: name)
            case "--corpora": corpora = text
            case "--write-corpora": written = text
            default: throw Fault(description: "\(name) is no option")
            }
        }
    }

    private static func number(_ text: String, of name: String) throws -> UInt64 {
        guard let value = UInt64(text) else { throw Fault(description: "\(name) needs a number") }
        return value
    }
}
