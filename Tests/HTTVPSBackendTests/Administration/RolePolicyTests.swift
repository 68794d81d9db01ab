import HTTPTypes
import Testing

@testable import HTTVPSBackend

@Suite("The role matrix")
struct RolePolicyTests {
    private let policy = RolePolicy.standard

    @Test("denies what it does not name")
    func defaultDeny() {
        #expect(policy.access(.get, "/api/v1/admin/secrets") == .only([]))
        #expect(policy.access(.put, "/api/v1/admin/users/{id}") == .only([]))
    }

    @Test("lets every operator read and only some change")
    func operators() {
        for name in [
            "users", "devices", "plans", "subscriptions", "regions", "outline-nodes", "gateway-nodes", "sessions",
        ] {
            let access = policy.access(.get, RoutePattern("/api/v1/admin/\(name)/{id}"))
            #expect(access == .only([.admin, .support, .readOnly]), "\(name)")
        }
        for name in ["users", "devices", "subscriptions"] {
            #expect(
                policy.access(.post, RoutePattern("/api/v1/admin/\(name)")) == .only([.admin, .support]), "\(name)")
        }
        for name in ["plans", "regions", "outline-nodes", "gateway-nodes", "administrators", "api-tokens"] {
            #expect(policy.access(.delete, RoutePattern("/api/v1/admin/\(name)/{id}")) == .only([.admin]), "\(name)")
        }
        #expect(policy.access(.post, "/api/v1/admin/devices/{id}/tokens") == .only([.admin]))
        #expect(policy.access(.post, "/api/v1/admin/sessions/{id}/revoke") == .only([.admin, .support]))
    }

    @Test("knows machines and routes without a credential")
    func others() {
        #expect(policy.access(.post, "/api/v1/usage/report") == .only([.gateway]))
        #expect(policy.access(.post, "/api/v1/outline/heartbeat") == .only([.gateway, .node]))
        #expect(policy.access(.post, "/api/v1/auth/validate-device") == .anyCaller)
        #expect(policy.access(.get, "/livez") == .everyone)
    }
}
