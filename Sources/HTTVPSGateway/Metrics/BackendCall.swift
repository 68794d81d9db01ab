import HTTVPSProtocol

package enum BackendCall: String, CaseIterable, Hashable, Sendable {
    case validateDevice = "validate_device"
    case assignOutline = "assign_outline"
    case usageReport = "usage_report"
    case heartbeat
    case other

    init(path: String) {
        switch path {
        case ControlPlanePath.validateDevice: self = .validateDevice
        case ControlPlanePath.assignOutline: self = .assignOutline
        case ControlPlanePath.usageReport: self = .usageReport
        case ControlPlanePath.gatewayHeartbeat: self = .heartbeat
        default: self = .other
        }
    }
}
