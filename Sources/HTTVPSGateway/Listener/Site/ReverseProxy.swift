import NIOCore
import NIOPosix

struct ReverseProxy: Site {
    let host: String
    let port: Int
    var timeouts = SiteTimeouts()
    var connectTimeout = TimeAmount.seconds(10)

    func connect(_ visitor: any SiteVisitor, on loop: any EventLoop) -> any SiteConnection {
        ProxyConnection(site: self, visitor: visitor, loop: loop)
    }

    func dial(_ handler: UpstreamHandler, on loop: any EventLoop) -> EventLoopFuture<any Channel> {
        let bound = NIOLoopBound(handler, eventLoop: loop)
        return ClientBootstrap(group: loop)
            .connectTimeout(connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(host: host, port: port)
    }
}
