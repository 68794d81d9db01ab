import HTTPTypes

struct KeptAnswer: Sendable {
    var bodyHash: [UInt8]
    var status: Int
    var contentType: String?
    var location: String?
    var etag: String?
    var body: [UInt8]

    init(_ answer: Answer, bodyHash: [UInt8]) {
        self.bodyHash = bodyHash
        status = answer.status.code
        contentType = answer.headers[.contentType]
        location = answer.headers[.location]
        etag = answer.headers[.eTag]
        body = answer.body
    }

    init(bodyHash: [UInt8], status: Int, contentType: String?, location: String?, etag: String?, body: [UInt8]) {
        self.bodyHash = bodyHash
        self.status = status
        self.contentType = contentType
        self.location = location
        self.etag = etag
        self.body = body
    }

    var replay: Answer {
        var answer = Answer(status: HTTPResponse.Status(code: status), body: body)
        answer.headers[.contentType] = contentType
        answer.headers[.location] = location
        answer.headers[.eTag] = etag
        answer.headers.set(.idempotencyReplayed, "true")
        return answer
    }
}
