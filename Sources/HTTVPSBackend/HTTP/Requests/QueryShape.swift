struct QueryShape: Sendable, ExpressibleByDictionaryLiteral {
    enum Parameter: Sendable {
        case text
        case integer(ClosedRange<Int>)
        case time
        case choice([String])
        case flag
    }

    static let none: QueryShape = [:]

    let parameters: [String: Parameter]
    var required: Set<String> = []

    init(_ parameters: [String: Parameter]) { self.parameters = parameters }

    init(dictionaryLiteral elements: (String, Parameter)...) {
        parameters = Dictionary(elements, uniquingKeysWith: { _, last in last })
    }

    func with(_ others: [String: Parameter]) -> QueryShape {
        var shape = QueryShape(parameters.merging(others) { _, new in new })
        shape.required = required
        return shape
    }

    func requiring(_ name: String) -> QueryShape {
        var shape = self
        shape.required.insert(name)
        return shape
    }
}

extension QueryShape.Parameter {
    func accepts(_ value: String) -> Bool {
        switch self {
        case .text: !value.utf8.contains(0)
        case .integer(let range): Self.integer(value).map(range.contains) ?? false
        case .time: InternetTime.date(value) != nil
        case .choice(let listed): listed.contains { $0.isSame(as: value) }
        case .flag: value == "true" || value == "false"
        }
    }

    private static func integer(_ text: String) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}
