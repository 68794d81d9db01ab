package struct SettingFault: Equatable, Sendable, CustomStringConvertible {
    package var key: String
    package var problem: String
    package var expected: String

    package init(key: String, problem: String, expected: String) {
        self.key = key
        self.problem = problem
        self.expected = expected
    }

    package var description: String { "\(key) \(problem); expected \(expected)." }
}
