package struct AssignedNode: Codable, Equatable, Sendable {
    package var nodeID: String
    package var host: String
    package var port: UInt16
    package var method: String
    package var password: String
    package var prefix: String?
    package var halfClose: Bool
    package var region: String
    package var weight: Int
    package var accessKeyID: String?

    package init(
        nodeID: String, host: String, port: UInt16, method: String, password: String, prefix: String?,
        halfClose: Bool, region: String, weight: Int, accessKeyID: String? = nil
    ) {
        self.nodeID = nodeID
        self.host = host
        self.port = port
        self.method = method
        self.password = password
        self.prefix = prefix
        self.halfClose = halfClose
        self.region = region
        self.weight = weight
        self.accessKeyID = accessKeyID
    }

    package enum CodingKeys: String, CodingKey {
        case host, port, method, password, prefix, region, weight
        case nodeID = "node_id"
        case halfClose = "half_close"
        case accessKeyID = "access_key_id"
    }
}

package struct AssignOutlineRequest: Codable, Equatable, Sendable {
    package var deviceID: String
    package var sessionID: String?
    package var regionCode: String?
    package var exclude: [String]

    package init(deviceID: String, sessionID: String?, regionCode: String?, exclude: [String]) {
        self.deviceID = deviceID
        self.sessionID = sessionID
        self.regionCode = regionCode
        self.exclude = exclude
    }

    package enum CodingKeys: String, CodingKey {
        case exclude
        case deviceID = "device_id"
        case sessionID = "session_id"
        case regionCode = "region_code"
    }
}
