import NIOCore
import NIOHTTP2

struct HTTP2Limits: Sendable {
    var concurrentStreams = 100
    var streamsPastLimit = 200
    var unauthenticatedSockets = 32
    var headerListSize = 16_384
    var frameSize = 65_536
    var connectionWindow = 16 << 20
    var idleTimeout = TimeAmount.seconds(60)

    var settings: HTTP2Settings {
        [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: concurrentStreams + streamsPastLimit),
            HTTP2Setting(parameter: .initialWindowSize, value: StreamWindow.initial),
            HTTP2Setting(parameter: .maxFrameSize, value: frameSize),
            HTTP2Setting(parameter: .maxHeaderListSize, value: headerListSize),
            HTTP2Setting(parameter: .enableConnectProtocol, value: 1),
        ]
    }

    var connection: NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = settings
        configuration.targetWindowSize = connectionWindow
        configuration.maximumSequentialEmptyDataFrames = 16
        configuration.maximumBufferedControlFrames = 1_000
        configuration.maximumRecentlyResetStreams = 256
        return configuration
    }

    var stream: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.outboundBufferSizeHighWatermark = 524_288
        configuration.outboundBufferSizeLowWatermark = 262_144
        return configuration
    }
}
