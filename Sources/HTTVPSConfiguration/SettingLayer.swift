package struct SettingLayer: Equatable, Sendable {
    package var name: String
    package var values: [String: String]
    package var faults: [SettingFault]

    package init(name: String, values: [String: String], faults: [SettingFault] = []) {
        self.name = name
        self.values = values
        self.faults = faults
    }
}
