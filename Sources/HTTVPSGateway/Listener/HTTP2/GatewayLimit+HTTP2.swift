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
        case is any NIOHTTP2Error: self = .http2Protocol
        default: return nil
        }
    }
}
