package import HTTVPSProtocol
package import NIOCore

package protocol ProxyNegotiation: Sendable {
    mutating func receive(_ bytes: inout ByteBuffer) -> NegotiationStep
    var success: ByteBuffer { get }
    func failure(_ failure: ProxyFailure) -> ByteBuffer
}

package enum NegotiationStep: Equatable {
    case wait
    case reply(ByteBuffer)
    case open(TargetAddress, preface: ByteBuffer)
    case associate
    case refuse(ByteBuffer)
}

package enum ProxyFailure: Equatable, CaseIterable, Sendable {
    case general
    case denied
    case unreachable
    case reset
    case timeout
    case busy
    case badTarget

    init(_ reason: StreamCloseReason) {
        switch reason {
        case .egressUnavailable: self = .unreachable
        case .egressReset: self = .reset
        case .deniedByPolicy, .quotaExceeded, .revoked: self = .denied
        case .idleTimeout: self = .timeout
        case .badTarget: self = .badTarget
        case .streamLimit, .draining: self = .busy
        case .normal, .internal, .duplicateStream, .unknownStream: self = .general
        }
    }

    init(_ error: ClientError) {
        switch error.code {
        case .timeout: self = .timeout
        case .refused: self = .denied
        case .streamClosed: self = ProxyFailure(StreamCloseReason(name: error.reason ?? ""))
        default: self = .general
        }
    }
}
