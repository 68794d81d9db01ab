import NIOCore
import Synchronization

@testable import HTTVPSGateway

final class RecordingSite: Site, Sendable {
    private let bytes = Mutex("")
    private let visitors = Mutex<NIOLoopBound<any SiteVisitor>?>(nil)

    var received: String { bytes.withLock { $0 } }
    var visitor: (any SiteVisitor)? { visitors.withLock { $0?.value } }

    func connect(_ visitor: any SiteVisitor, on loop: any EventLoop) -> any SiteConnection {
        visitors.withLock { $0 = NIOLoopBound(visitor, eventLoop: loop) }
        return RecordingConnection { text in self.bytes.withLock { $0 += text } }
    }
}

private final class RecordingConnection: SiteConnection {
    private let record: (String) -> Void

    init(record: @escaping (String) -> Void) { self.record = record }

    var isReady: Bool { true }
    func requestBegan() {}
    func receive(_ bytes: ByteBuffer) { record(String(buffer: bytes)) }
    func receiveEnd() {}
    func visitorWritabilityChanged() {}
    func close() {}
}
