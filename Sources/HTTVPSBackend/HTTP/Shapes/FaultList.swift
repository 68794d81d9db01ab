import HTTVPSProtocol

struct FaultList: Sendable {
    private(set) var faults: [Problem.Fault] = []

    var isEmpty: Bool { faults.isEmpty }

    mutating func add(_ place: JSONPlace, _ code: FaultCode, _ detail: String) {
        guard faults.first?.pointer != JSONPlace.top.pointer else { return }
        faults.append(Problem.Fault(pointer: place.pointer, code: code.rawValue, detail: detail))
    }

    func check() throws(ProblemError) {
        guard faults.isEmpty else { throw .validationFailed(faults) }
    }
}

struct JSONPlace: Equatable, Sendable {
    static let top = JSONPlace(pointer: "", name: "The body")

    var pointer: String
    var name: String

    func member(_ name: String) -> JSONPlace {
        let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
        return JSONPlace(pointer: pointer + "/" + escaped, name: name)
    }

    func item(_ index: Int) -> JSONPlace { JSONPlace(pointer: "\(pointer)/\(index)", name: "An item of \(name)") }
}
