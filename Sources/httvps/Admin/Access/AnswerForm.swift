enum AnswerForm: Equatable, Sendable {
    case page
    case object([String])
    case nothing

    func object(in answer: BackendAnswer) -> JSON? {
        if self == .nothing { return answer.status == 204 ? .null : nil }
        guard answer.status != 204, let json = try? JSON(bytes: answer.body), case .object = json else { return nil }
        return fits(json) ? json : nil
    }

    private func fits(_ json: JSON) -> Bool {
        switch self {
        case .page:
            json["items"].isArrayOfObjects && (json["next_cursor"] == .null || json["next_cursor"].string != nil)
        case .object(let names): names.allSatisfy { json[$0] != .null }
        case .nothing: false
        }
    }
}

extension JSON {
    fileprivate var isArrayOfObjects: Bool {
        guard case .array(let items) = self else { return false }
        return items.allSatisfy { if case .object = $0 { true } else { false } }
    }
}
