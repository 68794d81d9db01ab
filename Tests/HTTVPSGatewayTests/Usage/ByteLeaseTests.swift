import HTTVPSGateway
import NIOCore
import Testing

struct ByteLeaseTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func grant(_ bytes: Int64?, from: Int64, seconds: Int = 30) -> LeaseGrant {
        LeaseGrant(sessionID: "ses_1", bytes: bytes, seconds: seconds, countedFrom: from)
    }

    @Test("Without a limit nothing ever waits")
    func unlimited() {
        var lease = ByteLease(bytes: nil, seconds: 30)
        #expect(lease.moved(bytesMoved: .max, at: start) == .proceed)
        #expect(lease.allowance(bytesMoved: 5) == nil)
        #expect(lease.nextCheck == nil)
    }

    @Test("A lease asks once when half is spent and waits when all is")
    func spending() {
        var lease = ByteLease(bytes: 100, seconds: 30)
        #expect(lease.moved(bytesMoved: 49, at: start) == .proceed)
        #expect(lease.moved(bytesMoved: 50, at: start) == .report)
        #expect(lease.moved(bytesMoved: 99, at: start) == .proceed)
        #expect(lease.allowance(bytesMoved: 99) == 1)
        #expect(lease.moved(bytesMoved: 100, at: start) == .reportAndWait)
        #expect(lease.moved(bytesMoved: 100, at: start) == .wait)
        #expect(lease.isWaiting)
    }

    @Test("A new lease counts from the report that it answers")
    func renewal() {
        var lease = ByteLease(bytes: 100, seconds: 30)
        _ = lease.moved(bytesMoved: 100, at: start)
        #expect(lease.granted(grant(100, from: 60), bytesMoved: 100, at: start) == .resume)
        #expect(lease.allowance(bytesMoved: 100) == 60)
        #expect(lease.granted(grant(100, from: 100), bytesMoved: 120, at: start) == .proceed)
        #expect(lease.allowance(bytesMoved: 120) == 80)
    }

    @Test("A lease of nothing means report again and wait, and the session ends after its patience")
    func quota() {
        var lease = ByteLease(bytes: 0, seconds: 3)
        #expect(lease.moved(bytesMoved: 0, at: start) == .reportAndWait)
        #expect(lease.checked(at: start + .milliseconds(900)) == .proceed)
        #expect(lease.checked(at: start + .seconds(1)) == .report)
        #expect(lease.checked(at: start + .milliseconds(1_500)) == .proceed)
        #expect(lease.granted(grant(0, from: 0, seconds: 3), bytesMoved: 0, at: start + .seconds(2)) == .wait)
        #expect(lease.nextCheck == start + .seconds(2))
        #expect(lease.checked(at: start + .seconds(3)) == .quotaExceeded)
    }

    @Test("A grant that is already spent when it comes makes the session wait from then on")
    func spentGrant() {
        var lease = ByteLease(bytes: 1_000, seconds: 3)
        #expect(lease.granted(grant(10, from: 100, seconds: 3), bytesMoved: 500, at: start) == .wait)
        #expect(lease.nextCheck == start + .seconds(1))
        #expect(lease.checked(at: start + .seconds(3)) == .quotaExceeded)
    }

    @Test("A datagram larger than what is left makes the session ask for more and end when none comes")
    func tooLittle() {
        var lease = ByteLease(bytes: 1_000, seconds: 3)
        _ = lease.moved(bytesMoved: 800, at: start)
        #expect(lease.refused(300, at: start) == .reportAndWait)
        #expect(lease.allowance(bytesMoved: 800) == 200)
        #expect(lease.refused(300, at: start + .milliseconds(500)) == .wait)
        #expect(lease.checked(at: start + .seconds(1)) == .report)
        #expect(lease.granted(grant(200, from: 800, seconds: 3), bytesMoved: 800, at: start + .seconds(2)) == .wait)
        #expect(lease.checked(at: start + .seconds(3)) == .quotaExceeded)
        #expect(lease.granted(grant(300, from: 800, seconds: 3), bytesMoved: 800, at: start + .seconds(3)) == .resume)
        #expect(lease.checked(at: start + .seconds(9)) == .proceed)
    }

    @Test("A single datagram without room ends nothing, and bytes that still pass put the end off")
    func oneTooLarge() {
        var lease = ByteLease(bytes: 1_000, seconds: 3)
        #expect(lease.refused(2_000, at: start) == .reportAndWait)
        #expect(lease.checked(at: start + .seconds(3)) == .proceed)
        #expect(!lease.isWaiting)
        #expect(lease.refused(2_000, at: start + .seconds(4)) == .reportAndWait)
        #expect(lease.refused(2_000, at: start + .seconds(5)) == .wait)
        #expect(lease.moved(bytesMoved: 10, at: start + .seconds(6)) == .proceed)
        #expect(lease.checked(at: start + .milliseconds(8_500)) == .report)
        #expect(lease.refused(2_000, at: start + .milliseconds(8_600)) == .wait)
        #expect(lease.checked(at: start + .seconds(9)) == .quotaExceeded)
    }

    @Test("A session that spends the rest while it asks for more waits for any byte")
    func spentWhileShort() {
        var lease = ByteLease(bytes: 1_000, seconds: 3)
        _ = lease.refused(2_000, at: start)
        #expect(lease.moved(bytesMoved: 1_000, at: start) == .wait)
        #expect(lease.granted(grant(5, from: 1_000), bytesMoved: 1_000, at: start) == .resume)
    }

    @Test("Without a limit no datagram is refused")
    func unlimitedDatagrams() {
        var lease = ByteLease(bytes: nil, seconds: 3)
        #expect(lease.refused(.max, at: start) == .proceed)
        #expect(!lease.isWaiting)
    }
}
