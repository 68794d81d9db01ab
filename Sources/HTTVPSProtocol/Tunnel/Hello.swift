import Foundation
package import NIOCore

package struct Hello: Equatable, Sendable {
    package var deviceID: String
    package var token: String
    package var clientVersion: String?
    package var capabilities: Capabilities
    package var region: String?
    package var resume: ResumeRequest?
    package var pad: String?

    package init(
        deviceID: String, token: String, clientVersion: String? = nil, capabilities: Capabilities = [],
        region: String? = nil, resume: ResumeRequest? = nil, pad: String? = nil
    ) {
        self.deviceID = deviceID
        self.token = token
        self.clientVersion = clientVersion
        self.capabilities = capabilities
        self.region = region
        self.resume = resume
        self.pad = pad
    }

    package static func decode(_ message: ByteBuffer) throws(TunnelError) -> Hello {
        do {
            return try Hello(JSONObject(message))
        } catch {
            throw TunnelError(.badHello, error.message)
        }
    }

    package func encoded() throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return ByteBuffer(bytes: try encoder.encode(self))
    }
}

extension Hello: Encodable {
    private enum CodingKeys: String, CodingKey {
        case type, token, capabilities, region, resume, pad
        case deviceID = "device_id"
        case clientVersion = "client_version"
    }

    private init(_ object: JSONObject) throws(TunnelError) {
        guard try object.string("type") == "hello" else { throw Self.bad("the first message is no hello") }
        deviceID = try object.string("device_id")
        token = try object.string("token")
        guard !deviceID.isEmpty, !token.isEmpty else { throw Self.bad("device_id and token must not be empty") }
        clientVersion = try object.optionalString("client_version")
        region = try object.optionalString("region")
        pad = try object.optionalString("pad")
        guard (pad?.utf8.count ?? 0) <= FrameLimits.padding else { throw Self.bad("pad is longer than 4 KiB") }
        capabilities = Capabilities(names: object.contains("capabilities") ? try object.strings("capabilities") : [])
        resume = object.contains("resume") ? try ResumeRequest(object.object("resume")) : nil
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("hello", forKey: .type)
        try container.encode(deviceID, forKey: .deviceID)
        try container.encode(token, forKey: .token)
        try container.encodeIfPresent(clientVersion, forKey: .clientVersion)
        try container.encode(capabilities.names, forKey: .capabilities)
        try container.encodeIfPresent(region, forKey: .region)
        try container.encodeIfPresent(resume, forKey: .resume)
        try container.encodeIfPresent(pad, forKey: .pad)
    }

    private static func bad(_ message: String) -> TunnelError { TunnelError(.badHello, message) }
}
