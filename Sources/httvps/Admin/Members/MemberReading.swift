import Foundation

struct MemberReading {
    private let members: [AdminMember]

    init(_ members: [AdminMember]) { self.members = members }

    func body(_ words: [String], asksForRequired: Bool) async throws -> Data {
        var object: [String: String] = [:]
        for word in words {
            let assignment = try Assignment(word)
            guard object[assignment.name] == nil else { throw Self.usage("\(assignment.name) is given twice") }
            object[assignment.name] = try await value(of: assignment)
        }
        guard asksForRequired else { return Self.data(object) }
        for member in members where member.isSecret && member.isRequired && object[member.name] == nil {
            object[member.name] = JSON.text(try await Self.asked(member.name)).text
        }
        return Self.data(object)
    }

    private static func data(_ object: [String: String]) -> Data {
        let members = object.sorted { $0.key < $1.key }.map { "\(JSON.text($0.key).text):\($0.value)" }
        return Data("{\(members.joined(separator: ","))}".utf8)
    }

    private func value(of assignment: Assignment) async throws -> String {
        guard let member = members.first(where: { $0.name == assignment.name }) else {
            let known = members.map(\.name).joined(separator: ", ")
            throw Self.usage("\(assignment.name) is not known here; known: \(known.isEmpty ? "none" : known)")
        }
        if assignment.value == "null" { return JSON.null.text }
        if assignment.form == .json, !member.isSecret { return try Self.json(asItStands: assignment) }
        let text = try await Self.text(of: assignment, member)
        return try Self.json(text, of: member).text
    }

    private static func text(of assignment: Assignment, _ member: AdminMember) async throws -> String {
        if assignment.value == "-" { return try await asked(member.name, isSecret: member.isSecret) }
        if assignment.value.hasPrefix("@") {
            let path = String(assignment.value.dropFirst())
            return try await GivenFile(path: path, limit: GivenFile.memberLimit).value()
        }
        guard !member.isSecret else {
            let name = member.name
            throw usage("\(name) would stand in the list of processes; give \(name)=@FILE or \(name)=-")
        }
        return assignment.value
    }

    private static func json(asItStands assignment: Assignment) throws -> String {
        guard let value = try? JSON(bytes: Data(assignment.value.utf8)) else {
            throw usage("behind \(assignment.name):= stands no JSON")
        }
        guard isFinite(value) else { throw usage("\(assignment.name) holds a number that is too large") }
        return assignment.value
    }

    private static func isFinite(_ value: JSON) -> Bool {
        switch value {
        case .number(let text): Double(text)?.isFinite == true
        case .array(let items): items.allSatisfy(isFinite)
        case .object(let members): members.values.allSatisfy(isFinite)
        default: true
        }
    }

    private static func json(_ text: String, of member: AdminMember) throws -> JSON {
        switch member.kind {
        case .text, .choice, .time, .secret: return .text(text)
        case .texts: return .array(text.isEmpty ? [] : text.split(separator: ",").map { .text(String($0)) })
        case .integer:
            guard let count = Int64(text) else { throw usage("\(member.name) is a whole number, not \(text)") }
            return .integer(count)
        case .flag:
            guard let flag = Bool(text) else { throw usage("\(member.name) is true or false, not \(text)") }
            return .flag(flag)
        }
    }

    private static func asked(_ name: String, isSecret: Bool = true) async throws -> String {
        let question = "\(name): "
        let line = isSecret ? try await Terminal.secret(asking: question) : try await Terminal.line(asking: question)
        guard let line, !line.isEmpty else { throw usage("\(name) was not given") }
        return line
    }

    private static func usage(_ message: String) -> ExitStatus.Failure {
        ExitStatus.Failure(status: .usage, message: message)
    }
}
