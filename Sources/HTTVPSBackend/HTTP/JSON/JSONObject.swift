struct JSONObject: Equatable, Sendable {
    private(set) var members: [(name: String, value: JSONValue)]

    init(_ members: [(String, JSONValue)] = []) { self.members = members.map { (name: $0.0, value: $0.1) } }

    subscript(name: String) -> JSONValue? {
        get { members.first { $0.name.isSame(as: name) }?.value }
        set {
            let position = members.firstIndex { $0.name.isSame(as: name) }
            switch (position, newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): members.remove(at: position)
            case (nil, let value?): members.append((name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}

extension String {
    func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
