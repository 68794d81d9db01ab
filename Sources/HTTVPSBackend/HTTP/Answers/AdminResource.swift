import HTTPTypes

protocol AdminResource: Sendable {
    static var kind: ObjectKind { get }

    var id: String { get }
    var revision: Int64 { get }
    var json: JSONObject { get }
}

extension AdminResource {
    var etag: EntityTag { EntityTag(revision: revision) }
}

extension Answer {
    static func reading(_ resource: some AdminResource) -> Answer {
        var answer = Answer(json: .object(resource.json))
        answer.headers[.eTag] = resource.etag.text
        return answer
    }

    static func reading(_ resource: some AdminResource, unlessKnownTo call: Call) -> Answer {
        let known = call.headers[values: .ifNoneMatch]
        guard resource.etag.isNamed(in: known, weakly: true) else { return reading(resource) }
        return Answer(status: .notModified, headers: [.eTag: resource.etag.text])
    }

    static func created(_ resource: some AdminResource, at path: String, secrets: JSONObject = JSONObject()) -> Answer {
        var json = resource.json
        for secret in secrets.members { json[secret.name] = secret.value }
        return Answer(
            status: .created,
            headers: [
                .contentType: "application/json", .location: "\(path)/\(resource.id)", .eTag: resource.etag.text,
            ], body: JSONWriter.bytes(of: .object(json)))
    }
}
