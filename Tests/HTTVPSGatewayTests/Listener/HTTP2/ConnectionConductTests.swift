import NIOCore
import Testing

@testable import HTTVPSGateway

struct ConnectionConductTests {
    private let now = NIODeadline.now()

    private func conduct(limit: Int = 2) -> ConnectionConduct {
        ConnectionConduct(streamLimit: limit, largestFrame: 100, at: now)
    }

    private func frame(_ kind: FrameHead.Kind, _ stream: UInt32 = 0, ends: Bool = false) -> FrameHead {
        FrameHead(length: 1, kind: kind, flags: ends ? 1 : 0, stream: stream)
    }

    @Test("Streams count from their HEADERS until both sides ended or one reset them")
    func counting() {
        var conduct = conduct()
        for stream: UInt32 in [1, 3, 5] { #expect(conduct.received(frame(.headers, stream, ends: true)) == nil) }
        #expect(!conduct.refuses(3) && conduct.refuses(5))
        #expect(conduct.sentReset(5, isFault: true, at: now) == nil)
        #expect(!conduct.refuses(5))
        conduct.sent(frame(.data, 1, ends: true))
        #expect(conduct.received(frame(.headers, 7)) == nil)
        #expect(!conduct.refuses(7))
        #expect(conduct.received(frame(.headers, 9)) == nil)
        #expect(conduct.refuses(9))
        #expect(conduct.received(frame(.rstStream, 7)) == nil)
        #expect(conduct.received(frame(.rstStream, 9)) == nil)
        #expect(conduct.received(frame(.headers, 11)) == nil)
        #expect(!conduct.refuses(11) && conduct.lastStream == 11)
    }

    @Test("HEADERS behind a stream's end are a fault, trailers and those that cross a reset are not")
    func closedStreams() {
        var conduct = conduct()
        #expect(conduct.received(frame(.headers, 1)) == nil)
        #expect(conduct.received(frame(.headers, 1, ends: true)) == nil)
        #expect(conduct.received(frame(.headers, 1, ends: true)) == .closedStream)
        conduct.sent(frame(.headers, 1, ends: true))
        #expect(conduct.received(frame(.headers, 1)) == .closedStream)
        #expect(conduct.received(frame(.headers, 3)) == nil)
        #expect(conduct.sentReset(3, isFault: false, at: now) == nil)
        #expect(conduct.received(frame(.headers, 3, ends: true)) == nil)
    }

    @Test("Data belongs to streams that were opened")
    func idle() {
        var conduct = conduct()
        #expect(conduct.received(frame(.data, 1)) == .idleStream)
        #expect(conduct.received(frame(.headers, 3)) == nil)
        #expect(conduct.received(frame(.data, 1)) == nil)
        #expect(conduct.received(frame(.data, 5)) == .idleStream)
        #expect(conduct.received(FrameHead(length: 101, kind: .data, stream: 5)) == nil)
    }

    @Test("Window updates are free as far as data explains them")
    func updates() {
        var conduct = conduct()
        for _ in 0..<100_000 {
            conduct.sent(frame(.data, 1))
            #expect(conduct.received(frame(.windowUpdate)) == nil)
            #expect(conduct.received(frame(.windowUpdate, 1)) == nil)
        }
        var count = 0
        while conduct.received(frame(.windowUpdate)) == nil { count += 1 }
        #expect((10_000...70_000).contains(count))
    }

    @Test("Resets that the client provokes are limited in time")
    func resets() {
        var conduct = conduct()
        for _ in 0..<400 { #expect(conduct.sentReset(1, isFault: true, at: now) == nil) }
        #expect(conduct.sentReset(1, isFault: false, at: now) == nil)
        #expect(conduct.sentReset(1, isFault: true, at: now) == .tooManyFaults)
        #expect(conduct.sentReset(1, isFault: true, at: now + .minutes(1)) == nil)
    }

    @Test("Streams behind a goodbye do not count")
    func goodbye() {
        var conduct = conduct()
        conduct.saidGoodbye(lastStream: 1)
        for stream: UInt32 in [1, 3, 5, 7] { #expect(conduct.received(frame(.headers, stream)) == nil) }
        #expect(![1, 3, 5, 7].contains(where: conduct.refuses))
    }
}
