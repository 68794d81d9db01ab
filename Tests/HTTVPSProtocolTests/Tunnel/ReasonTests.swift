import Testing

@testable import HTTVPSProtocol

@Suite("Reasons and codes")
struct ReasonTests {
    @Test(
        "of streams have fixed names and numbers",
        arguments: [
            ("normal", 0), ("egress_unavailable", 1), ("egress_reset", 2), ("denied_by_policy", 3), ("stream_limit", 4),
            ("idle_timeout", 5), ("bad_target", 6), ("quota_exceeded", 7), ("revoked", 8), ("draining", 9),
            ("internal", 10), ("duplicate_stream", 11), ("unknown_stream", 12),
        ] as [(String, UInt64)])
    func streams(name: String, number: UInt64) {
        let reason = StreamCloseReason(number: number)
        #expect(reason.rawValue == number)
        #expect(reason.name == name)
        #expect(StreamCloseReason(name: name) == reason)
        #expect(StreamCloseReason.allCases.count == 13)
    }

    @Test("of streams that are unknown read as internal")
    func unknown() {
        #expect(StreamCloseReason(number: 13) == .internal)
        #expect(StreamCloseReason(number: .max) == .internal)
        #expect(StreamCloseReason(name: "Normal") == .internal)
        #expect(StreamCloseReason(name: "") == .internal)
    }

    @Test(
        "of sessions have fixed close codes",
        arguments: [
            ("bad_frame", 1002), ("flow_control_error", 1002), ("message_too_big", 1009), ("bad_hello", 1008),
            ("handshake_timeout", 1008), ("revoked", 1008), ("quota_exceeded", 1008), ("idle_timeout", 1001),
            ("draining", 1001), ("internal", 1011),
        ] as [(String, UInt16)])
    func sessions(name: String, closeCode: UInt16) throws {
        #expect(try #require(TunnelError.Code(rawValue: name)).closeCode == closeCode)
        #expect(TunnelError.Code.allCases.count == 10)
    }
}
