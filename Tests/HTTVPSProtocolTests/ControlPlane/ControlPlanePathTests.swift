import Testing

@testable import HTTVPSProtocol

@Suite("Control-plane paths")
struct ControlPlanePathTests {
    @Test(
        "are those of the contract",
        arguments: [
            (ControlPlanePath.health, "/api/v1/health"), (ControlPlanePath.live, "/livez"),
            (ControlPlanePath.ready, "/readyz"), (ControlPlanePath.validateDevice, "/api/v1/auth/validate-device"),
            (ControlPlanePath.assignOutline, "/api/v1/nodes/assign-outline"),
            (ControlPlanePath.usageReport, "/api/v1/usage/report"),
            (ControlPlanePath.gatewayHeartbeat, "/api/v1/gateway/heartbeat"),
            (ControlPlanePath.outlineHeartbeat, "/api/v1/outline/heartbeat"), (ControlPlanePath.admin, "/api/v1/admin"),
        ])
    func paths(path: String, expected: String) {
        #expect(path == expected)
    }
}
