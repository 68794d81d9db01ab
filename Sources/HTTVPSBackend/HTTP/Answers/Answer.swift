import Foundation
import HTTPTypes

struct Answer: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: [UInt8]

    init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(status: HTTPResponse.Status = .ok, json: JSONValue) {
        self.init(status: status, headers: [.contentType: "application/json"], body: JSONWriter.bytes(of: json))
    }

    init(status: HTTPResponse.Status = .ok, encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        let body = [UInt8](try encoder.encode(value))
        self.init(status: status, headers: [.contentType: "application/json"], body: body)
    }

    static let noContent = Answer(status: .noContent)
}
