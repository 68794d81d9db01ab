import NIOCore

protocol Site: Sendable {
    func connect(_ visitor: any SiteVisitor, on loop: any EventLoop) -> any SiteConnection
}

protocol SiteConnection: AnyObject {
    var isReady: Bool { get }
    func requestBegan()
    func receive(_ bytes: ByteBuffer)
    func receiveEnd()
    func visitorWritabilityChanged()
    func close()
}

protocol SiteVisitor: AnyObject {
    var isWritable: Bool { get }
    func siteSent(_ bytes: ByteBuffer)
    func siteIsReady()
    func siteEnded()
}
