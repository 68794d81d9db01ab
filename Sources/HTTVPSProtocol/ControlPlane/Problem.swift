package struct Problem: Codable, Equatable, Sendable {
    package static let mediaType = "application/problem+json"

    package struct Fault: Codable, Equatable, Sendable {
        package var pointer: String
        package var code: String
        package var detail: String

        package init(pointer: String, code: String, detail: String) {
            self.pointer = pointer
            self.code = code
            self.detail = detail
        }
    }

    package var type: String
    package var title: String
    package var status: Int
    package var detail: String?
    package var instance: String?
    package var code: String
    package var requestID: String?
    package var errors: [Fault]?
    package var allowed: Bool?
    package var reason: String?

    package init(
        type: String = "about:blank", title: String, status: Int, code: String, detail: String? = nil,
        instance: String? = nil, requestID: String? = nil, errors: [Fault]? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.code = code
        self.detail = detail
        self.instance = instance
        self.requestID = requestID
        self.errors = errors
    }

    package enum CodingKeys: String, CodingKey {
        case type, title, status, detail, instance, code, errors, allowed, reason
        case requestID = "request_id"
    }
}
