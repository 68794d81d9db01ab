import Foundation

enum ByteCount {
    private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    static func text(_ count: Int64) -> String {
        var (value, unit) = (Double(count), 0)
        while abs(value) >= (unit == 0 ? 1024 : 1023.95), unit < units.count - 1 {
            (value, unit) = (value / 1024, unit + 1)
        }
        return unit == 0 ? "\(count) B" : String(format: "%.1f ", value) + units[unit]
    }

    static func exact(_ count: Int64) -> String {
        (-1023...1023).contains(count) ? "\(count) B" : "\(count) B (\(text(count)))"
    }
}
