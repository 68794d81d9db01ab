import HTTVPSProtocol
import Logging
import NIOCore

struct ActiveSession {
    let grant: SessionGrant
    let deviceID: String
    let number: UInt64
    let encoding: FrameEncoding
    let egress: any Egress
    let meter: UsageMeter
    var lease: ByteLease
    var isDraining = false
    let logger: Logger

    var flowControl: Bool { grant.capabilities.contains(.flowControl) }
}
