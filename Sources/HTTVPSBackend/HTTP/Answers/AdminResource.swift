import HTTPTypes
import HTTVPSPostgres

protocol AdminResource: Sendable {
    static var shape: ResourceShape { get }

    var id: String { get }
    var revision: Int64 { get }
    var json: JSONObject { get }

    init(_ row: PostgresRow) throws
}

extension AdminResource {
    static var kind: ObjectKind { shape.kind }
    static var path: String { kind.path }

    var etag: EntityTag { EntityTag(revision: revision) }
}

struct Created<Resource: AdminResource>: Sendable {
    var resource: Resource
    var shownOnce: JSONObject

    init(_ resource: Resource, showingOnce shownOnce: [(String, JSONValue)] = []) {
        self.resource = resource
        self.shownOnce = JSONObject(shownOnce)
    }
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

    static func created<Resource: AdminResource>(_ created: Created<Resource>) -> Answer {
        var json = created.resource.json
        for secret in created.shownOnce.members { json[secret.name] = secret.value }
        var answer = Answer(status: .created, json: .object(json))
        answer.headers[.location] = "\(Resource.path)/\(created.resource.id)"
        answer.headers[.eTag] = created.resource.etag.text
        return answer
    }
}
