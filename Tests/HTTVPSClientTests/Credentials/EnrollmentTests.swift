import Foundation
import Testing

@testable import HTTVPSClient

@Suite("The exchange of an enrolment code")
struct EnrollmentTests {
    private static let answer = """
        {"device_id":"dev_1","access_token":"a.b.c","expires_in_sec":60,"refresh_token":"hvr_x","more":1,
         "gateways":[{"url":"wss://a.test/ws","region":"eu"}]}
        """

    private static func read(_ status: Int, _ body: String) throws(ClientError) -> DeviceProfile {
        try Enrollment(code: "CODE").profile(status: status, body: Data(body.utf8), at: Date(timeIntervalSince1970: 0))
    }

    @Test("sends the code in the body and reads a profile")
    func exchange() throws {
        let body = try Enrollment(code: " ABC-DEF\n").body()
        #expect(String(decoding: body, as: UTF8.self) == #"{"enrollment_code":"ABC-DEF"}"#)
        let profile = try Self.read(201, Self.answer)
        #expect(profile.deviceID == "dev_1" && profile.gateways == [.init(url: "wss://a.test/ws", region: "eu")])
        #expect(profile.accessExpiresAt == Date(timeIntervalSince1970: 60))
        for odd in ["", "  \n", String(repeating: "A", count: 201)] {
            #expect(throws: ClientError.self) { try Enrollment(code: odd) }
        }
    }

    @Test(
        "reads refusals, obstacles and answers of other sites apart",
        arguments: [
            (401, "invalid_enrollment_code", .refused), (403, "device_blocked", .refused),
            (422, "validation_failed", .refused), (429, "rate_limited", .timeout), (503, "draining", .timeout),
            (404, "not_found", .unreachable), (401, nil, .unreachable), (200, nil, .unreachable),
            (201, nil, .unreachable),
        ] as [(Int, String?, ClientError.Code)])
    func refusals(status: Int, code: String?, expected: ClientError.Code) {
        let problem = code.map {
            #"{"type":"about:blank","title":"t","status":\#(status),"detail":"d","code":"\#($0)"}"#
        }
        let error = #expect(throws: ClientError.self) { try Self.read(status, problem ?? "<html>") }
        #expect(error?.code == expected)
    }
}
