import HTTVPSProtocol

extension ValidateDeviceRequest {
    private static let longestText = 200
    private static let longestToken = 8_192

    init(_ hello: Hello, clientIP: String?) {
        self.init(
            deviceID: hello.deviceID, token: hello.token, region: Self.acceptable(hello.region),
            clientVersion: Self.acceptable(hello.clientVersion), clientIP: clientIP)
    }

    var canBeAsked: Bool {
        Self.isAcceptable(deviceID, upTo: Self.longestText) && Self.isAcceptable(token, upTo: Self.longestToken)
    }

    private static func acceptable(_ text: String?) -> String? {
        text.flatMap { isAcceptable($0, upTo: longestText) ? $0 : nil }
    }

    private static func isAcceptable(_ text: String, upTo longest: Int) -> Bool {
        let characters = text.unicodeScalars
        return (1...longest).contains(characters.count)
            && characters.allSatisfy { $0.properties.generalCategory != .control }
    }
}
