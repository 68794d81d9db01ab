import HTTVPSProtocol
import Testing

@testable import HTTVPSGateway

@Suite struct ResumeTicketTests {
    private static let all: Capabilities = [.binary, .flowControl, .resume]

    private func request(_ ticket: ResumeTicket, attempt: UInt64, token: String? = nil) -> ResumeRequest {
        ResumeRequest(sessionID: "ses_1", resumeToken: token ?? ticket.token, attempt: attempt, streams: [])
    }

    @Test("A token has at least 128 random bits and no two are alike")
    func token() {
        let tokens = (0..<100).map { _ in ResumeTicket(deviceID: "dev_1", capabilities: Self.all).token }
        #expect(Set(tokens).count == 100)
        #expect(tokens.allSatisfy { $0.utf8.count * 6 >= 128 })
    }

    @Test("Attempts rise: the first may be any, a repeated or lower one is refused")
    func attempts() {
        var ticket = ResumeTicket(deviceID: "dev_1", capabilities: Self.all)
        for (attempt, isTaken) in [(0, true), (0, false), (5, true), (5, false), (4, false), (6, true)] {
            let request = request(ticket, attempt: UInt64(attempt))
            let answer = ticket.accept(request, deviceID: "dev_1", capabilities: Self.all)
            #expect(answer == isTaken)
        }
    }

    @Test("A wrong token, device or capability set is refused and uses no attempt up")
    func refusals() {
        var ticket = ResumeTicket(deviceID: "dev_1", capabilities: Self.all)
        let token = ticket.token
        for wrong in ["", "x", token + "x", String(token.dropLast()), String(token.reversed())] {
            let request = request(ticket, attempt: 9, token: wrong)
            let answer = ticket.accept(request, deviceID: "dev_1", capabilities: Self.all)
            #expect(!answer)
        }
        let request = request(ticket, attempt: 9)
        let answers = [
            ticket.accept(request, deviceID: "dev_2", capabilities: Self.all),
            ticket.accept(request, deviceID: "dev_1", capabilities: [.binary, .flowControl]),
            ticket.accept(request, deviceID: "dev_1", capabilities: Self.all),
        ]
        #expect(answers == [false, false, true])
    }
}
