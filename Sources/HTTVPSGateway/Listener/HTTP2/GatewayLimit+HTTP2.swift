import NIOHTTP2

extension GatewayLimit {
    init?(_ error: any Error) {
        switch error {
        case is NIOHTTP2Errors.ExcessiveRSTFrames: self = .http2Resets
        case is NIOHTTP2Errors.ExcessiveControlFrames, is NIOHTTP2Errors.ExcessiveOutboundFrameBuffering:
            self = .http2ControlFrames
        case is NIOHTTP2Errors.ExcessiveContinuationFrames: self = .http2Continuations
        case is NIOHTTP2Errors.ExcessivelyLargeHeaderBlock: self = .http2HeaderList
        case is NIOHTTP2Errors.ExcessiveEmptyDataFrames: self = .http2EmptyData
        case is NIOHTTP2Errors.MaxStreamsViolation: self = .http2Streams
        case is NIOHTTP2Errors.ExcessiveStreamErrors, is NIOHTTP2Errors.ExcessiveNumberOfGlitches:
            self = .http2StreamErrors
        case let fault as HTTP2Fault: self.init(fault.code)
        case is any NIOHTTP2Error: self = .http2Protocol
        default: return nil
        }
    }

    private init(_ code: HTTP2Fault.Code) {
        switch code {
        case .idleStream, .closedStream: self = .http2Protocol
        case .tooManyUpdates: self = .http2ControlFrames
        case .tooManyFaults: self = .http2StreamErrors
        }
    }
}
