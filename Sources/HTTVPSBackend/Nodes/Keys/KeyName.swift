struct KeyName: Equatable, Sendable {
    let nodeID: String
    let number: Int

    var text: String { Self.beginning(of: nodeID) + String(number) }

    static func number(in text: String, of nodeID: String) -> Int? {
        let beginning = beginning(of: nodeID)
        guard text.hasPrefix(beginning) else { return nil }
        let digits = text.dropFirst(beginning.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }

    private static func beginning(of nodeID: String) -> String {
        "httvps-\(nodeID.hasPrefix("oln_") ? String(nodeID.dropFirst(4)) : nodeID)-"
    }
}
