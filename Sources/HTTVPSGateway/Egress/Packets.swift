import HTTVPSProtocol
import NIOCore

protocol PacketConnection: AnyObject {
    func send(_ data: ByteBuffer, to target: TargetAddress) -> Bool
    func close()
}

protocol PacketConsumer: AnyObject {
    func packetArrived(_ data: ByteBuffer, from source: TargetAddress)
    func packetReadCompleted()
    func packetsFailed(_ reason: StreamCloseReason, _ message: String)
}
