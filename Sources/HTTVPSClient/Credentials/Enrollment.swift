public import Foundation
import HTTVPSProtocol

/// The exchange that turns an enrolment code into a device's credentials: what to send to the backend, and what its
/// answer means. Sending is up to the caller.
public struct Enrollment: Sendable {
    /// Where on the backend the body goes, by POST, as `application/json`.
    public static let path = ControlPlanePath.enroll

    private let code: String

    /// Takes a code as the operator gave it.
    public init(code: String) throws(ClientError) {
        let code = code.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...200).contains(code.unicodeScalars.count), code.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw ClientError(.configuration, "this is no enrolment code; it looks like 7Q2MK-4H0ZN-R8T3V-WX5YB")
        }
        self.code = code
    }

    /// The body to send.
    public func body() throws -> Data { try JSONEncoder().encode(EnrollRequest(enrollmentCode: code)) }

    /// Reads the answer: a profile to keep, or the reason for none.
    public func profile(status: Int, body: Data, at now: Date = Date()) throws(ClientError) -> DeviceProfile {
        guard status == 201 else { throw Self.refusal(status, try? JSONDecoder().decode(Problem.self, from: body)) }
        guard let answer = try? JSONDecoder().decode(EnrollResponse.self, from: body) else {
            throw ClientError(.unreachable, "the backend's answer makes no sense; is this an HTTVPS backend?")
        }
        return DeviceProfile(
            deviceID: answer.deviceID, accessToken: answer.accessToken,
            accessExpiresAt: now.addingTimeInterval(TimeInterval(answer.expiresInSeconds)),
            refreshToken: answer.refreshToken,
            gateways: answer.gateways.map { DeviceProfile.Gateway(url: $0.url, region: $0.region) })
    }

    private static func refusal(_ status: Int, _ problem: Problem?) -> ClientError {
        switch (status, problem?.code) {
        case (401, let code?), (403, let code?), (422, let code?):
            ClientError(.refused, sentence(code) ?? problem?.detail ?? "the backend refused the device", reason: code)
        case (429, _), (500..., _):
            ClientError(
                .timeout, "the backend cannot enrol a device at the moment; try again later", reason: problem?.code)
        default:
            ClientError(.unreachable, "the backend answered \(status); is this an HTTVPS backend?")
        }
    }

    private static func sentence(_ code: String) -> String? {
        switch code {
        case "invalid_enrollment_code": "the enrolment code is unknown, used or too old; ask for a new one"
        case "device_blocked": "the device or its user is blocked; the code stays good"
        default: nil
        }
    }
}
