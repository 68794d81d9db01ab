import Foundation

struct Submission: Sendable {
    private(set) var values: JSONObject
    private(set) var named: Set<String>
    private(set) var changed: Set<String>
    private(set) var faults = FaultList()

    init(_ json: JSONValue?, as shape: ObjectShape) {
        values = shape.judged(json, &faults)
        named = Set((json?.object?.members ?? []).filter { $0.value != .null }.map(\.name))
        changed = named
    }

    init(_ json: JSONValue?, changing before: JSONObject, as shape: ResourceShape) {
        let given = shape.change.judged(json, &faults)
        named = Set((json?.object?.members ?? []).map(\.name))
        changed = Set(given.members.filter { before[$0.name] != $0.value }.map(\.name))
        values = JSONObject()
        for member in shape.members where member.standsInCreation || member.standsInChange {
            values[member.name] = given[member.name] ?? before[member.name]
        }
        for case .together(let names) in shape.creation.rules {
            ObjectShape.Rule.together(names).check(.top, &faults) { name in values[name].map { $0 != .null } ?? false }
        }
    }

    var isFaultless: Bool { faults.isEmpty }

    func names(_ name: String) -> Bool { named.contains { $0.isSame(as: name) } }

    func changes(_ name: String) -> Bool { changed.contains(name) }

    mutating func fault(_ name: String, _ code: FaultCode, _ detail: String) {
        faults.add(JSONPlace.top.member(name), code, detail)
    }

    mutating func fault(_ name: String, item: Int, _ code: FaultCode, _ detail: String) {
        faults.add(JSONPlace.top.member(name).item(item), code, detail)
    }

    mutating func unknownReference(_ name: String) {
        fault(name, .unknownReference, "\(name) names nothing that exists.")
    }

    func finish() throws(ProblemError) { try faults.check() }
}

extension Submission {
    func text(_ name: String) -> String? { values[name]?.text }

    func integer(_ name: String) -> Int64? {
        if case .number(let number)? = values[name] { number.integer } else { nil }
    }

    func number(_ name: String) -> Double? {
        if case .number(let number)? = values[name] { number.double } else { nil }
    }

    func flag(_ name: String) -> Bool? {
        if case .bool(let flag)? = values[name] { flag } else { nil }
    }

    func time(_ name: String) -> Date? { text(name).flatMap(InternetTime.date) }

    func items(_ name: String) -> [JSONValue]? {
        if case .array(let items)? = values[name] { items } else { nil }
    }

    func texts(_ name: String) -> [String]? { items(name)?.compactMap(\.text) }

    func choice<Choice: RawRepresentable<String>>(_ name: String, of type: Choice.Type = Choice.self) -> Choice? {
        text(name).flatMap(Choice.init(rawValue:))
    }
}
