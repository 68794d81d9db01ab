import HTTPTypes

enum Precondition {
    static func check(_ headers: HTTPFields, against etag: EntityTag) throws(ProblemError) {
        let named = headers[values: .ifMatch]
        guard !named.isEmpty else {
            throw ProblemError(
                .preconditionRequired, "Say with If-Match which revision you have seen, or * for any.")
        }
        guard etag.isNamed(in: named, weakly: false) else {
            throw ProblemError(
                .preconditionFailed, "This has changed meanwhile; read it again.", headers: [.eTag: etag.text])
        }
    }
}
