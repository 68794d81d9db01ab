import HTTPTypes
import Testing

@testable import HTTVPSBackend

@Suite("The table of endpoints")
struct EndpointTableTests {
    private let table = EndpointTable(
        [
            Endpoint(.get, "/a/things") { _ in .noContent }, Endpoint(.post, "/a/things") { _ in .noContent },
            Endpoint(.get, "/a/things/{id}") { _ in .noContent },
            Endpoint(.post, "/a/things/{id}/do") { _ in .noContent },
        ])

    private func resolve(_ method: HTTPRequest.Method, _ path: String) -> String {
        switch table.resolve(method, path: path) {
        case .match(let match): match.endpoint.pattern.text + (match.parameters["id"].map { " \($0)" } ?? "")
        case .methodNotAllowed(_, let allowed): allowed.map(\.rawValue).joined(separator: ",")
        case .notFound: "404"
        }
    }

    @Test("finds paths exactly: a trailing or doubled slash is another path")
    func exact() {
        #expect(resolve(.get, "/a/things") == "/a/things")
        #expect(resolve(.get, "/a/things/x1") == "/a/things/{id} x1")
        for path in [
            "/a/things/", "/a//things", "//a/things", "/a/Things", "/a", "/", "", "/a/things/x/", "/a/%74hings",
        ] {
            #expect(resolve(.get, path) == "404", "\(path)")
        }
    }

    @Test("answers HEAD like GET and names the methods of a path")
    func methods() {
        #expect(resolve(.head, "/a/things") == "/a/things")
        #expect(resolve(.delete, "/a/things") == "GET,HEAD,POST")
        #expect(resolve(.options, "/a/things/x/do") == "POST")
        #expect(resolve(.head, "/a/things/x/do") == "POST")
    }
}
