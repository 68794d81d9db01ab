import HTTPTypes

@testable import HTTVPSBackend

struct ContractRoles: Sendable {
    enum Caller: String, CaseIterable, Sendable {
        case admin
        case support
        case readOnly
        case device
        case gateway
        case node
        case none
    }

    static let table = """
        | GET admin/*, admin/*/{id}, admin/usage | x | x | x | – | – | – | – |
        | POST PATCH DELETE users devices subscriptions | x | x | – | – | – | – | – |
        | POST sessions/{id}/revoke | x | x | – | – | – | – | – |
        | POST devices/{id}/tokens | x | – | – | – | – | – | – |
        | POST PATCH DELETE plans regions outline-nodes gateway-nodes administrators api-tokens | x | – | – | – | – | – | – |
        | POST outline-nodes/{id}/rotate-key | x | – | – | – | – | – | – |
        | POST /api/v1/nodes/assign-outline | – | – | – | – | x | – | – |
        | POST /api/v1/nodes/assign-outline?explain=true | x | x | – | – | – | – | – |
        | POST /api/v1/usage/report | – | – | – | – | x | – | – |
        | POST /api/v1/gateway/heartbeat | – | – | – | – | x | – | – |
        | POST /api/v1/outline/heartbeat | – | – | – | – | x | x | – |
        | POST /api/v1/auth/validate-device | x | x | x | x | x | x | x |
        | POST /api/v1/auth/enroll /api/v1/auth/refresh /api/v1/auth/logout /api/v1/auth/admin/login | x | x | x | x | x | x | x |
        | GET /api/v1/health /api/v1/openapi.json /livez /readyz | x | x | x | x | x | x | x |
        """

    static let open: Set<String> = [
        "/api/v1/auth/enroll", "/api/v1/auth/refresh", "/api/v1/auth/logout", "/api/v1/auth/admin/login",
        "/api/v1/health", "/api/v1/openapi.json", "/livez", "/readyz",
    ]

    static func allowed(_ method: HTTPRequest.Method, _ path: String) -> Set<Caller>? {
        for line in table.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingPrefix { $0 == " " } }
            let words = cells[0].split { " ,".contains($0) }.map(String.init)
            let methods = words.filter { $0.utf8.allSatisfy { (0x41...0x5A).contains($0) } }
            let paths = words.filter { !methods.contains($0) }
            guard methods.contains(method.rawValue), paths.contains(where: { covers($0, path, method) }) else {
                continue
            }
            return Set(zip(Caller.allCases, cells.dropFirst()).filter { $0.1.hasPrefix("x") }.map(\.0))
        }
        return nil
    }

    private static func covers(_ pattern: String, _ path: String, _ method: HTTPRequest.Method) -> Bool {
        if pattern.hasPrefix("/") { return pattern == path }
        let root = "/api/v1/admin/"
        guard path.hasPrefix(root) else { return false }
        let rest = path.dropFirst(root.count).split(separator: "/").map(String.init)
        if pattern.hasPrefix("admin/") {
            return rest.count <= 2 && (rest.count == 1 || rest[1] == "{id}")
        }
        let wanted = pattern.split(separator: "/").map(String.init)
        guard wanted.count == 1 else { return wanted == rest }
        return rest == wanted || rest == wanted + ["{id}"]
    }
}
