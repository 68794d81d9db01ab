import Foundation

extension MemberReader {
    mutating func anyText(_ name: String, required: Bool = false) -> String? {
        guard let value = value(name, required: required) else { return nil }
        guard let text = value.text else {
            fault(name, .wrongType, "\(name) is a text.")
            return nil
        }
        return text
    }

    mutating func text(
        _ name: String, required: Bool = false, length: ClosedRange<Int> = 1...200
    ) -> String? {
        guard let text = anyText(name, required: required) else { return nil }
        guard length.contains(text.unicodeScalars.count) else {
            fault(name, .outOfRange, "\(name) has \(length.lowerBound) to \(length.upperBound) characters.")
            return nil
        }
        guard !text.hasControlCharacters else {
            fault(name, .invalidFormat, "\(name) holds a control character.")
            return nil
        }
        return text
    }

    mutating func text(
        _ name: String, required: Bool = false, length: ClosedRange<Int> = 1...200, form: String,
        where isValid: (String) -> Bool
    ) -> String? {
        guard let text = text(name, required: required, length: length) else { return nil }
        guard isValid(text) else {
            fault(name, .invalidFormat, "\(name) should be \(form).")
            return nil
        }
        return text
    }

    mutating func pattern(
        _ name: String, required: Bool = false, form: String, where isValid: (String) -> Bool
    ) -> String? {
        guard let value = value(name, required: required) else { return nil }
        guard let text = value.text else {
            fault(name, .wrongType, "\(name) is a text.")
            return nil
        }
        guard isValid(text) else {
            fault(name, .invalidFormat, "\(name) should be \(form).")
            return nil
        }
        return text
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type = Choice.self, required: Bool = false
    ) -> Choice? {
        let listed = Choice.allCases.map(\.rawValue)
        guard let value = value(name, required: required) else { return nil }
        guard let text = value.text else {
            fault(name, .wrongType, "\(name) is a text.")
            return nil
        }
        guard let raw = listed.first(where: { $0.isSame(as: text) }), let choice = Choice(rawValue: raw) else {
            fault(name, .invalidFormat, "\(name) is one of \(listed.joined(separator: ", ")).")
            return nil
        }
        return choice
    }

    mutating func integer(_ name: String, required: Bool = false, range: ClosedRange<Int64>) -> Int64? {
        guard let value = value(name, required: required) else { return nil }
        guard case .number(let number) = value, number.isInteger else {
            fault(name, .wrongType, "\(name) is an integer without fraction or exponent.")
            return nil
        }
        guard let integer = number.integer, range.contains(integer) else {
            fault(name, .outOfRange, "\(name) lies between \(range.lowerBound) and \(range.upperBound).")
            return nil
        }
        return integer
    }

    mutating func count(_ name: String, required: Bool = false) -> Int64? {
        integer(name, required: required, range: 0...JSONNumber.largestExact)
    }

    mutating func flag(_ name: String, required: Bool = false) -> Bool? {
        guard let value = value(name, required: required) else { return nil }
        guard case .bool(let flag) = value else {
            fault(name, .wrongType, "\(name) is true or false.")
            return nil
        }
        return flag
    }

    mutating func time(_ name: String, required: Bool = false) -> Date? {
        guard let value = value(name, required: required) else { return nil }
        guard let text = value.text else {
            fault(name, .wrongType, "\(name) is a text.")
            return nil
        }
        guard let date = InternetTime.date(text) else {
            fault(name, .invalidFormat, "\(name) is a time like 2026-01-31T12:00:00Z.")
            return nil
        }
        return date
    }

    mutating func items(_ name: String, required: Bool = false, count: ClosedRange<Int>) -> [JSONValue]? {
        guard let value = value(name, required: required) else { return nil }
        guard case .array(let items) = value else {
            fault(name, .wrongType, "\(name) is an array.")
            return nil
        }
        guard count.contains(items.count) else {
            fault(name, .outOfRange, "\(name) has \(count.lowerBound) to \(count.upperBound) items.")
            return nil
        }
        return items
    }
}

extension MemberReader {
    mutating func reference(_ name: String, required: Bool = false) -> String? {
        guard let value = value(name, required: required) else { return nil }
        guard let text = value.text else {
            fault(name, .wrongType, "\(name) is a text.")
            return nil
        }
        guard !text.hasControlCharacters else {
            unknownReference(name)
            return nil
        }
        return text
    }

    mutating func unknownReference(_ name: String) {
        fault(name, .unknownReference, "\(name) names nothing that exists.")
    }
}
