struct FuzzOptions {
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    static let usage = "usage: httvps-fuzz [--seed N] [--runs N] [--start N]"

    private(set) var seed: UInt64 = 1
    private(set) var runs: UInt64 = 1_000_000
    private(set) var start: UInt64 = 0

    init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        while let name = rest.popFirst() {
            guard let text = rest.popFirst(), let value = UInt64(text) else {
                throw Fault(description: "\(name) needs a number")
            }
            switch name {
            case "--seed": seed = value
            case "--runs": runs = value
            case "--start": start = value
            default: throw Fault(description: "\(name) is no option")
            }
        }
    }
}
