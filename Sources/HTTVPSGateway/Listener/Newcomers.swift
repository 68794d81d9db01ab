struct Newcomers: Sendable {
    private let onConnection: AddressLimit
    private let everywhere: AddressLimit

    init(perConnection capacity: Int, everywhere: AddressLimit) {
        onConnection = AddressLimit(capacity: capacity)
        self.everywhere = everywhere
    }

    func admit(_ address: String) -> (@Sendable () -> Void)? {
        guard let first = onConnection.admit(address) else { return nil }
        guard let second = everywhere.admit(address) else {
            first.leave()
            return nil
        }
        return {
            first.leave()
            second.leave()
        }
    }
}
