package import HTTVPSProtocol

package struct ResumeTicket: Sendable {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let length = 32

    package let token: String
    private let deviceID: String
    private let capabilities: Capabilities
    private var highestAttempt: UInt64?

    package init(deviceID: String, capabilities: Capabilities) {
        var generator = SystemRandomNumberGenerator()
        self.init(deviceID: deviceID, capabilities: capabilities, using: &generator)
    }

    package init(deviceID: String, capabilities: Capabilities, using generator: inout some RandomNumberGenerator) {
        self.deviceID = deviceID
        self.capabilities = capabilities
        let letters = (0..<Self.length).map { _ in Self.alphabet[Int.random(in: 0..<64, using: &generator)] }
        token = String(decoding: letters, as: UTF8.self)
    }

    package mutating func accept(_ request: ResumeRequest, deviceID: String, capabilities: Capabilities) -> Bool {
        let isOurs = Self.areEqual(request.resumeToken, token)
        guard isOurs, deviceID == self.deviceID, capabilities == self.capabilities else { return false }
        if let highestAttempt, request.attempt <= highestAttempt { return false }
        highestAttempt = request.attempt
        return true
    }

    private static func areEqual(_ given: String, _ kept: String) -> Bool {
        let given = Array(given.utf8)
        let kept = Array(kept.utf8)
        var difference = UInt(bitPattern: given.count ^ kept.count)
        for index in kept.indices {
            difference |= UInt(kept[index] ^ (index < given.count ? given[index] : 0))
        }
        return difference == 0
    }
}
