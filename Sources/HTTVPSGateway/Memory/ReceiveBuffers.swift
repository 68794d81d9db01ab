import NIOCore

enum ReceiveBuffers {
    static let growing = AdaptiveRecvByteBufferAllocator(minimum: 4_096, initial: 4_096, maximum: 65_536)
}
