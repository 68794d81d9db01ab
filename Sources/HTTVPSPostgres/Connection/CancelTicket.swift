import CLibPQ

struct CancelTicket: Sendable {
    private let address: UInt

    init(_ cancel: OpaquePointer) { address = UInt(bitPattern: cancel) }

    func redeem() {
        guard let cancel = OpaquePointer(bitPattern: address) else { return }
        var message = [CChar](repeating: 0, count: 256)
        PQcancel(cancel, &message, Int32(message.count))
        PQfreeCancel(cancel)
    }
}
