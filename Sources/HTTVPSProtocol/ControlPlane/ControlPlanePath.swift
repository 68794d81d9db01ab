package enum ControlPlanePath {
    package static let base = "/api/v1"
    package static let health = "/api/v1/health"
    package static let live = "/livez"
    package static let ready = "/readyz"
    package static let enroll = "/api/v1/auth/enroll"
    package static let validateDevice = "/api/v1/auth/validate-device"
    package static let assignOutline = "/api/v1/nodes/assign-outline"
    package static let usageReport = "/api/v1/usage/report"
    package static let gatewayHeartbeat = "/api/v1/gateway/heartbeat"
    package static let outlineHeartbeat = "/api/v1/outline/heartbeat"
    package static let admin = "/api/v1/admin"
}
