import Testing

@testable import HTTVPSClient

@Suite("The pauses between two attempts to resume")
struct ResumePolicyTests {
    @Test("grow up to two seconds")
    func pauses() {
        var policy = ResumePolicy(window: .seconds(60))
        let pauses = (0..<8).map { _ in policy.next(elapsed: .zero, jitter: 1) }
        #expect(
            pauses == [
                .milliseconds(100), .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(2),
                .seconds(2), .seconds(2),
            ])
    }

    @Test("are not all alike")
    func jitter() {
        var one = ResumePolicy(window: .seconds(60))
        var other = ResumePolicy(window: .seconds(60))
        #expect(one.next(elapsed: .zero, jitter: 0) != other.next(elapsed: .zero, jitter: 1))
    }

    @Test("end with the window")
    func window() {
        var policy = ResumePolicy(window: .seconds(60))
        #expect(policy.next(elapsed: .milliseconds(59_950), jitter: 1) == .milliseconds(50))
        #expect(policy.next(elapsed: .seconds(60), jitter: 1) == nil)
    }
}
