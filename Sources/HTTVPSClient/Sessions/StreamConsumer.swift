import HTTVPSProtocol
import NIOCore

protocol StreamConsumer: AnyObject {
    var silentSinceItsEnd: NIODeadline? { get }
    func makeRoom()
    func streamOpened()
    func streamReceived(_ data: ByteBuffer)
    func streamReadCompleted()
    func streamFinished()
    func streamClosed(_ reason: StreamCloseReason, message: String)
    func streamMayWrite()
}
