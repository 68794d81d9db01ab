import HTTVPSProtocol
import NIOCore

protocol DatagramConsumer: AnyObject {
    func received(_ data: ByteBuffer, from source: TargetAddress)
    func associationEnded(_ reason: StreamCloseReason)
}
