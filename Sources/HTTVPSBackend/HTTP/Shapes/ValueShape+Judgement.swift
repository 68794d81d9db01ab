extension ValueShape {
    func judged(_ value: JSONValue, at place: JSONPlace, _ faults: inout FaultList) -> JSONValue? {
        switch self {
        case .text(let form): form.judged(value, at: place, &faults)
        case .choice(let listed): Self.choice(value, among: listed, at: place, &faults)
        case .integer(let range): Self.integer(value, within: range, at: place, &faults)
        case .number: Self.number(value, at: place, &faults)
        case .flag: Self.flag(value, at: place, &faults)
        case .time: Self.time(value, at: place, &faults)
        case .reference: Self.reference(value, at: place, &faults)
        case .list(let item, let count, let unique):
            Self.list(value, of: item, count, unique: unique, at: place, &faults)
        case .object(let shape): .object(shape.judged(value, at: place, &faults))
        case .judgedLater, .open: value
        }
    }

    private static func choice(
        _ value: JSONValue, among listed: [String], at place: JSONPlace, _ faults: inout FaultList
    ) -> JSONValue? {
        guard let text = TextForm.text(value, at: place, &faults) else { return nil }
        guard let choice = listed.first(where: { $0.isSame(as: text) }) else {
            faults.add(place, .invalidFormat, "\(place.name) is one of \(listed.joined(separator: ", ")).")
            return nil
        }
        return .string(choice)
    }

    private static func integer(
        _ value: JSONValue, within range: ClosedRange<Int64>, at place: JSONPlace, _ faults: inout FaultList
    ) -> JSONValue? {
        guard case .number(let number) = value, number.isInteger else {
            faults.add(place, .wrongType, "\(place.name) is an integer without fraction or exponent.")
            return nil
        }
        guard let integer = number.integer, range.contains(integer) else {
            faults.add(
                place, .outOfRange, "\(place.name) lies between \(range.lowerBound) and \(range.upperBound).")
            return nil
        }
        return .integer(integer)
    }

    private static func number(_ value: JSONValue, at place: JSONPlace, _ faults: inout FaultList) -> JSONValue? {
        if case .number(let number) = value, number.double != nil { return value }
        faults.add(place, .wrongType, "\(place.name) is a number.")
        return nil
    }

    private static func flag(_ value: JSONValue, at place: JSONPlace, _ faults: inout FaultList) -> JSONValue? {
        if case .bool = value { return value }
        faults.add(place, .wrongType, "\(place.name) is true or false.")
        return nil
    }

    private static func time(_ value: JSONValue, at place: JSONPlace, _ faults: inout FaultList) -> JSONValue? {
        guard let text = TextForm.text(value, at: place, &faults) else { return nil }
        guard let date = InternetTime.date(text) else {
            faults.add(place, .invalidFormat, "\(place.name) is a time like 2026-01-31T12:00:00Z.")
            return nil
        }
        return .time(date)
    }

    private static func reference(_ value: JSONValue, at place: JSONPlace, _ faults: inout FaultList) -> JSONValue? {
        guard let text = TextForm.text(value, at: place, &faults) else { return nil }
        guard !text.hasControlCharacters else {
            faults.add(place, .unknownReference, "\(place.name) names nothing that exists.")
            return nil
        }
        return value
    }

    private static func list(
        _ value: JSONValue, of shape: ValueShape, _ count: ClosedRange<Int>, unique: Bool, at place: JSONPlace,
        _ faults: inout FaultList
    ) -> JSONValue? {
        guard case .array(let items) = value else {
            faults.add(place, .wrongType, "\(place.name) is an array.")
            return nil
        }
        guard count.contains(items.count) else {
            faults.add(place, .outOfRange, "\(place.name) has \(count.lowerBound) to \(count.upperBound) items.")
            return nil
        }
        var judged: [JSONValue] = []
        for (index, item) in items.enumerated() {
            let good = shape.judged(item, at: place.item(index), &faults) ?? .null
            if unique, good != .null, judged.contains(good) {
                faults.add(place.item(index), .invalidFormat, "\(place.name) names this twice.")
            }
            judged.append(good)
        }
        return .array(judged)
    }
}

extension TextForm {
    static func text(_ value: JSONValue, at place: JSONPlace, _ faults: inout FaultList) -> String? {
        if let text = value.text { return text }
        faults.add(place, .wrongType, "\(place.name) is a text.")
        return nil
    }

    func judged(_ value: JSONValue, at place: JSONPlace, _ faults: inout FaultList) -> JSONValue? {
        guard let text = Self.text(value, at: place, &faults) else { return nil }
        if let length, !length.contains(text.unicodeScalars.count) {
            let detail = "\(place.name) has \(length.lowerBound) to \(length.upperBound) characters."
            faults.add(place, .outOfRange, detail)
            return nil
        }
        guard pattern == nil || !text.hasControlCharacters else {
            faults.add(place, .invalidFormat, "\(place.name) holds a control character.")
            return nil
        }
        guard isValid(text) else {
            faults.add(place, .invalidFormat, "\(place.name) should be \(form).")
            return nil
        }
        return value
    }
}

extension String {
    var hasControlCharacters: Bool {
        unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }
}
