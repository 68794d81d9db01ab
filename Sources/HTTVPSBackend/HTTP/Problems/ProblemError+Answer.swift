import HTTPTypes
import HTTVPSProtocol

extension ProblemError {
    func answer(instance: String, requestID: String) -> Answer {
        var members: [(String, JSONValue)] = [
            ("type", "about:blank"),
            ("title", .string(status.reasonPhrase)),
            ("status", .integer(status.code)),
            ("detail", .string(message)),
            ("instance", .string(instance)),
            ("code", .string(code.rawValue)),
            ("request_id", .string(requestID)),
        ]
        if !faults.isEmpty { members.append(("errors", .array(faults.map(Self.json)))) }
        members += self.members.map { ($0.name, $0.value) }
        var answer = Answer(status: status, json: .object(JSONObject(members)))
        answer.headers.append(contentsOf: headers)
        answer.headers[.contentType] = Problem.mediaType
        return answer
    }

    private static func json(_ fault: Problem.Fault) -> JSONValue {
        ["pointer": .string(fault.pointer), "code": .string(fault.code), "detail": .string(fault.detail)]
    }
}
