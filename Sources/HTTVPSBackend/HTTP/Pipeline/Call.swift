import Foundation
import HTTPTypes
import Logging

struct Call: Sendable {
    var method: HTTPRequest.Method
    var path: String
    var parameters: [String: String]
    var query: Query
    var headers: HTTPFields
    var body: [UInt8]
    var json: JSONValue?
    var idempotencyKey: String?
    var caller: Caller
    var trace: RequestTrace
    var clientAddress: String
    var logger: Logger
    var now: Date
    var span: RequestSpan?

    var id: String { parameters["id"] ?? "" }
}
