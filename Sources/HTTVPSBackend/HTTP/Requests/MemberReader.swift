import Foundation
import HTTVPSProtocol

struct MemberReader {
    enum UnknownMembers {
        case areFaults
        case areIgnored
    }

    private(set) var faults: [Problem.Fault] = []
    private let members: JSONObject
    private let pointer: String
    private let isObject: Bool
    private var known: Set<String> = []

    init(_ value: JSONValue?, at pointer: String = "") {
        members = value?.object ?? JSONObject()
        self.pointer = pointer
        isObject = value?.object != nil
        if !isObject { fault(at: pointer, .wrongType, "A JSON object should stand here.") }
    }

    mutating func fault(_ name: String, _ code: FaultCode, _ detail: String) {
        fault(at: Self.pointer(pointer, name), code, detail)
    }

    mutating func fault(at pointer: String, _ code: FaultCode, _ detail: String) {
        faults.append(Problem.Fault(pointer: pointer, code: code.rawValue, detail: detail))
    }

    mutating func take(_ other: [Problem.Fault]) { faults += other }

    func names(_ name: String) -> Bool { members[name].map { $0 != .null } ?? false }

    mutating func value(_ name: String, required: Bool = false) -> JSONValue? {
        known.insert(name)
        let value = members[name].flatMap { $0 == .null ? nil : $0 }
        if value == nil, required, isObject { fault(name, .required, "\(name) is required.") }
        return value
    }

    mutating func finish(unknown: UnknownMembers = .areFaults) throws(ProblemError) {
        if unknown == .areFaults { faultUnknownMembers() }
        guard faults.isEmpty else { throw .validationFailed(faults) }
    }

    mutating func faultUnknownMembers() {
        for member in members.members where !known.contains(where: { $0.isSame(as: member.name) }) {
            known.insert(member.name)
            fault(member.name, .unknownMember, "This member is not known here.")
        }
    }

    static func pointer(_ base: String, _ name: String) -> String {
        base + "/" + name.replacingOccurrences(of: "~", with: "~0").replacingOccurrences(of: "/", with: "~1")
    }
}
