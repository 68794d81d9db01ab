package struct PoolCounts: Sendable, Equatable {
    package var idle = 0
    package var busy = 0
    package var connecting = 0
    package var waiting = 0
}
