package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package static let code = "invalid_configuration"

    package var faults: [SettingFault]

    package init(faults: [SettingFault]) { self.faults = faults }

    package var code: String { Self.code }

    package var message: String {
        let count = faults.count == 1 ? "1 fault" : "\(faults.count) faults"
        return "The configuration has \(count):\n" + faults.map { "  \($0)" }.joined(separator: "\n")
    }

    package var description: String { message }
}
