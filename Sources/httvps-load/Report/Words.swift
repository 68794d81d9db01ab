import Foundation

enum Words {
    static func number(_ value: Double, digits: Int = 1) -> String {
        value.isFinite ? String(format: "%.\(digits)f", value) : "-"
    }

    static func milliseconds(_ value: Double) -> String {
        number(value, digits: value < 10 ? 2 : value < 100 ? 1 : 0)
    }

    static func mebibytes(_ bytes: Double) -> String { number(bytes / 1_048_576) + " MiB" }
}
