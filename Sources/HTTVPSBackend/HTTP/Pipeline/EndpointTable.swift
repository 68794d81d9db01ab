import HTTPTypes

struct EndpointTable: Sendable {
    struct Match: Sendable {
        var endpoint: Endpoint
        var parameters: [String: String]
    }

    enum Resolution: Sendable {
        case match(Match)
        case methodNotAllowed(pattern: RoutePattern, allowed: [HTTPRequest.Method])
        case notFound
    }

    private var routes: [(pattern: RoutePattern, endpoints: [HTTPRequest.Method: Endpoint])] = []

    init(_ endpoints: [Endpoint]) {
        for endpoint in endpoints {
            if let index = routes.firstIndex(where: { $0.pattern == endpoint.pattern }) {
                routes[index].endpoints[endpoint.method] = endpoint
            } else {
                routes.append((endpoint.pattern, [endpoint.method: endpoint]))
            }
        }
    }

    var endpoints: [Endpoint] { routes.flatMap { $0.endpoints.values } }

    func resolve(_ method: HTTPRequest.Method, path: String) -> Resolution {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for route in routes {
            guard let parameters = route.pattern.parameters(matching: segments) else { continue }
            let wanted = method == .head ? .get : method
            if let endpoint = route.endpoints[wanted] {
                return .match(Match(endpoint: endpoint, parameters: parameters))
            }
            return .methodNotAllowed(pattern: route.pattern, allowed: Self.allowed(route.endpoints.keys))
        }
        return .notFound
    }

    private static func allowed(_ methods: some Sequence<HTTPRequest.Method>) -> [HTTPRequest.Method] {
        let methods = Set(methods)
        return (methods.contains(.get) ? methods.union([.head]) : methods).sorted { $0.rawValue < $1.rawValue }
    }
}
