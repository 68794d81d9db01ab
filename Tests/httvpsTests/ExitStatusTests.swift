import ArgumentParser
import HTTVPSClient
import Testing

@testable import httvps

@Suite("Exit codes")
struct ExitStatusTests {
    @Test(
        "say what went wrong",
        arguments: [
            (ClientError(.configuration, ""), 78), (ClientError(.unreachable, ""), 69), (ClientError(.timeout, ""), 75),
            (ClientError(.refused, "", reason: "device_blocked"), 77),
            (ClientError(.refused, "", reason: "token_expired"), 77),
            (ClientError(.refused, "", reason: "quota_exceeded"), 77),
            (ClientError(.refused, "", reason: "overloaded"), 75),
            (ClientError(.refused, "", reason: "backend_unavailable"), 75),
            (ClientError(.refused, "", reason: "session_limit"), 75),
            (ClientError(.streamClosed, "", reason: "denied_by_policy"), 77),
            (ClientError(.streamClosed, "", reason: "target_unreachable"), 75),
            (ClientError(.sessionEnded, "", reason: "quota_exceeded"), 77),
            (ClientError(.sessionEnded, "replaced", reason: "revoked"), 77), (ClientError(.sessionEnded, ""), 69),
        ] as [(ClientError, Int32)])
    func mapping(error: ClientError, code: Int32) { #expect(ExitStatus(error)?.rawValue == code) }

    @Test("are 0 where the person stopped it")
    func stopped() { #expect(ExitStatus(ClientError(.stopped, "")) == nil) }

    @Test("of a command are its own, or tell its signal")
    func waitStatus() {
        #expect([0x0000, 0x0700, 0xFF00].map(ExitStatus.code(ofWaitStatus:)) == [0, 7, 255])
        #expect([0x0009, 0x008B, 0x000F].map(ExitStatus.code(ofWaitStatus:)) == [137, 139, 143])
    }

    @Test("errors of other libraries reach the terminal through the same filter, too")
    func otherErrors() async {
        struct Other: Error {}
        await #expect(throws: ExitCode.failure) { try await ExitStatus.reporting { throw Other() } }
        await #expect(throws: ExitCode(77)) { try await ExitStatus.reporting { throw ExitCode(77) } }
    }
}
