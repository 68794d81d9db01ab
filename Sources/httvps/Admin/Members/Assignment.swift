struct Assignment: Equatable {
    enum Form: Equatable {
        case text
        case json
    }

    var name: String
    var form: Form
    var value: String

    init(_ text: String) throws(ExitStatus.Failure) {
        guard let mark = text.firstIndex(of: "=") else {
            throw ExitStatus.Failure(status: .usage, message: "\(text) should have the form name=value")
        }
        let left = text[..<mark]
        form = left.hasSuffix(":") ? .json : .text
        name = String(form == .json ? left.dropLast() : left)
        value = String(text[text.index(after: mark)...])
        guard !name.isEmpty else {
            throw ExitStatus.Failure(status: .usage, message: "\(text) should have the form name=value")
        }
    }
}
