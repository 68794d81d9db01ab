enum FuzzVerdict {
    case accepted
    case refused
}

struct FuzzFinding: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

protocol FuzzTarget: Sendable {
    var name: String { get }
    var share: Int { get }

    func sample(_ random: inout Seeded) throws -> [UInt8]
    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict
}

extension FuzzTarget {
    var slug: String {
        name.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "-")
    }
}
