import HTTVPSProtocol
import NIOCore

protocol Carrier: AnyObject {
    var isWritable: Bool { get }
    var hasUnflushed: Bool { get }
    func open(_ grant: SessionGrant, for session: Session)
    func send(_ frame: Frame)
    func write(_ message: ByteBuffer)
    func flush()
    func setCongested(_ isCongested: Bool)
    func end(_ ending: SessionEnding)
    func drop()
}

protocol CarriedSession: AnyObject {
    func receive(_ frame: Frame, from carrier: any Carrier)
    func completeBatch(from carrier: any Carrier)
    func writabilityChanged(of carrier: any Carrier)
    func fail(_ ending: SessionEnding, from carrier: any Carrier)
    func lost(_ carrier: any Carrier)
}
