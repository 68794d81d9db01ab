package struct Nonce: Equatable, Sendable {
    package static let length = 12

    private var low: UInt64
    private var high: UInt32 = 0

    package init(_ counter: UInt64 = 0) { low = counter.littleEndian }

    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    package mutating func advance() {
        let (next, carried) = UInt64(littleEndian: low).addingReportingOverflow(1)
        low = next.littleEndian
        if carried { high = (UInt32(littleEndian: high) &+ 1).littleEndian }
    }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var words = (low, high)
        return Swift.withUnsafeMutableBytes(of: &words) {
            body(UnsafeRawBufferPointer(rebasing: $0.prefix(Self.length)))
        }
    }
}
