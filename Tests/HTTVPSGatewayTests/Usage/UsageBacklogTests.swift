import HTTVPSGateway
import NIOCore
import Testing

struct UsageBacklogTests {
    @Test("The age counts from the first report without an answer until none is left")
    func age() {
        var backlog = UsageBacklog()
        let start = NIODeadline.uptimeNanoseconds(5_000_000_000)
        backlog.note(pending: 0, at: start)
        #expect(backlog.age(at: start + .seconds(9)) == .zero)
        backlog.note(pending: 2, at: start + .seconds(10))
        backlog.note(pending: 1, at: start + .seconds(20))
        #expect(backlog.age(at: start + .seconds(40)) == .seconds(30))
        backlog.note(pending: 0, at: start + .seconds(41))
        #expect(backlog.age(at: start + .seconds(50)) == .zero)
    }
}
