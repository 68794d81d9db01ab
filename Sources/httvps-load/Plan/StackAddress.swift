struct StackAddress: Sendable {
    var backend: String
    var gateway: String
    var authority: String
    var adminToken: String
    var gatewayToken: String
    var deviceID: String
    var deviceToken: String
    var backendMetrics: String
    var gatewayMetrics: String

    static func reading(_ environment: [String: String]) throws(LoadError) -> StackAddress {
        var missing: [String] = []
        func value(_ key: String) -> String {
            if let value = environment[key], !value.isEmpty { return value }
            missing.append(key)
            return ""
        }
        let address = StackAddress(
            backend: value("HTTVPS_BACKEND_URL"), gateway: value("HTTVPS_GATEWAY_URL"),
            authority: value("HTTVPS_CA_CERT"), adminToken: value("HTTVPS_ADMIN_TOKEN"),
            gatewayToken: value("HTTVPS_GATEWAY_TOKEN"), deviceID: value("HTTVPS_DEVICE_ID"),
            deviceToken: value("HTTVPS_DEVICE_TOKEN"), backendMetrics: value("HTTVPS_BACKEND_METRICS_URL"),
            gatewayMetrics: value("HTTVPS_GATEWAY_METRICS_URL"))
        guard missing.isEmpty else {
            throw LoadError(
                .configuration,
                "not set: \(missing.joined(separator: " ")); `make load` sets them, and so does a stack's env file")
        }
        return address
    }
}
