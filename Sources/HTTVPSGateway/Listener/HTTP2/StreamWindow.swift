struct StreamWindow {
    static let initial = 262_144
    static let largest = 4 << 20

    private var granted = initial
    private var received = 0

    mutating func consumed(_ count: Int) -> Int? {
        received += count
        let target = min(Self.largest, max(Self.initial, 2 * received))
        let left = granted - received
        guard left <= target / 2 else { return nil }
        granted = received + target
        return target - left
    }
}
