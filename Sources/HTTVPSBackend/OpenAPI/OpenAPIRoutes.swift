import HTTPTypes

struct OpenAPIRoutes: Sendable {
    static let path: RoutePattern = "/api/v1/openapi.json"

    private let answer: Answer

    init(describing endpoints: [Endpoint], policy: RolePolicy) {
        let own = Endpoint(.get, Self.path, operation: Self.operation) { _ in Answer.noContent }
        answer = Answer(json: OpenAPIDocument(endpoints: endpoints + [own], policy: policy).json)
    }

    var endpoints: [Endpoint] {
        [Endpoint(.get, Self.path, operation: Self.operation) { [answer] _ in answer }]
    }

    private static let operation = Operation("Describes this API (OpenAPI 3.1).", answers: [200: .document])
}
