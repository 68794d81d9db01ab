package import HTTVPSProtocol

package protocol ControlPlane: Sendable {
    func validateDevice(
        _ request: ValidateDeviceRequest, requestID: String
    ) async throws(ControlPlaneError) -> ValidateDeviceResponse

    func assignOutline(
        _ request: AssignOutlineRequest, requestID: String
    ) async throws(ControlPlaneError) -> AssignedNode

    func reportUsage(_ request: UsageReportRequest) async throws(ControlPlaneError) -> UsageReportResponse

    func heartbeat(_ request: HeartbeatRequest) async throws(ControlPlaneError) -> HeartbeatResponse
}
