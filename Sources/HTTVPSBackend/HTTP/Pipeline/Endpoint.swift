import HTTPTypes

struct Endpoint: Sendable {
    enum Body: Equatable, Sendable {
        case none
        case required
        case mergePatch
        case optional

        var mediaTypes: [String] {
            self == .mergePatch ? [MediaType.json, MediaType.mergePatch] : [MediaType.json]
        }
    }

    typealias Respond = @Sendable (Call) async throws -> Answer

    var method: HTTPRequest.Method
    var pattern: RoutePattern
    var query: QueryShape
    var body: Body
    var takesIdempotencyKey: Bool
    var operation: Operation?
    var respond: Respond

    init(
        _ method: HTTPRequest.Method, _ pattern: RoutePattern, query: QueryShape = .none, body: Body = .none,
        takesIdempotencyKey: Bool = false, operation: Operation? = nil, respond: @escaping Respond
    ) {
        self.method = method
        self.pattern = pattern
        self.query = query
        self.body = body
        self.takesIdempotencyKey = takesIdempotencyKey
        self.operation = operation
        self.respond = respond
    }
}
