import HTTPTypes
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

enum AnswerConformance {
    static func check(
        _ method: HTTPRequest.Method, _ uri: String, status: Int, body: [UInt8], in table: EndpointTable
    ) {
        let path = String(uri.prefix { $0 != "?" })
        guard method != .head, case .match(let match) = table.resolve(method, path: path) else { return }
        let route = "\(method) \(match.endpoint.pattern.text) \(status)"
        guard let operation = match.endpoint.operation else {
            Issue.record("\(route) is not described")
            return
        }
        let json = try? JSONReader.value(of: body)
        guard status < 400 else {
            checkProblem(json, status, match.endpoint, route)
            return
        }
        guard let outcome = operation.answers[status] else {
            Issue.record("\(route) is not described")
            return
        }
        checkAnswer(json, outcome, isEmpty: body.isEmpty, route)
    }

    private static func checkAnswer(_ json: JSONValue?, _ outcome: Operation.Outcome, isEmpty: Bool, _ route: String) {
        switch outcome {
        case .nothing: #expect(isEmpty, "\(route)")
        case .json(let shape): #expect(faults(of: json, as: shape) == [], "\(route)")
        case .either(let shapes):
            #expect(shapes.contains { faults(of: json, as: $0).isEmpty }, "\(route)")
        case .document: #expect(json?.object != nil, "\(route)")
        }
    }

    private static func checkProblem(_ json: JSONValue?, _ status: Int, _ endpoint: Endpoint, _ route: String) {
        let access = RolePolicy.standard.access(endpoint.method, endpoint.pattern)
        let described = EndpointDescription(endpoint: endpoint, access: access).problems[status] ?? []
        let code = json?.object?["code"]?.text ?? "?"
        #expect(described.contains { $0.rawValue == code }, "\(route) answers \(code)")
    }

    private static func faults(of json: JSONValue?, as shape: ObjectShape) -> [String] {
        var faults = FaultList()
        _ = shape.judged(json, &faults)
        return faults.faults.map { "\($0.pointer) \($0.code)" }
    }
}
