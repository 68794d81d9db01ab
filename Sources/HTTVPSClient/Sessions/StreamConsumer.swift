import HTTVPSProtocol
import NIOCore

protocol StreamConsumer: AnyObject {
    func streamOpened()
    func streamReceived(_ data: ByteBuffer)
    func streamReadCompleted()
    func streamFinished()
    func streamClosed(_ reason: StreamCloseReason, message: String)
    func streamMayWrite()
}
