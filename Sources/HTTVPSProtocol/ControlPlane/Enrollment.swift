package struct EnrollRequest: Codable, Equatable, Sendable {
    package var enrollmentCode: String

    package init(enrollmentCode: String) { self.enrollmentCode = enrollmentCode }

    package enum CodingKeys: String, CodingKey {
        case enrollmentCode = "enrollment_code"
    }
}

package struct EnrollResponse: Codable, Equatable, Sendable {
    package struct Gateway: Codable, Equatable, Sendable {
        package var url: String
        package var region: String

        package init(url: String, region: String) {
            self.url = url
            self.region = region
        }
    }

    package var deviceID: String
    package var accessToken: String
    package var expiresInSeconds: Int
    package var refreshToken: String
    package var gateways: [Gateway]

    package init(deviceID: String, credentials: DeviceCredentials, gateways: [Gateway]) {
        self.deviceID = deviceID
        accessToken = credentials.accessToken
        expiresInSeconds = credentials.expiresInSeconds
        refreshToken = credentials.refreshToken
        self.gateways = gateways
    }

    package enum CodingKeys: String, CodingKey {
        case gateways
        case deviceID = "device_id"
        case accessToken = "access_token"
        case expiresInSeconds = "expires_in_sec"
        case refreshToken = "refresh_token"
    }
}
