package struct Capabilities: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let binary = Capabilities(rawValue: 1)
    package static let flowControl = Capabilities(rawValue: 2)
    package static let datagram = Capabilities(rawValue: 4)
    package static let padding = Capabilities(rawValue: 8)
    package static let resume = Capabilities(rawValue: 16)

    private static let names: [(Capabilities, String)] = [
        (.binary, "binary"), (.flowControl, "flow_control"), (.datagram, "datagram"), (.padding, "padding"),
        (.resume, "resume"),
    ]

    package init(names: [String]) {
        self = Self.names.reduce(into: []) { set, entry in if names.contains(entry.1) { set.insert(entry.0) } }
    }

    package var names: [String] { Self.names.filter { contains($0.0) }.map(\.1) }

    package func agreed(with offered: Capabilities) -> Capabilities {
        var both = intersection(offered)
        if !both.isSuperset(of: [.binary, .flowControl]) { both.remove(.resume) }
        return both
    }
}
