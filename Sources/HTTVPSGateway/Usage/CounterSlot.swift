import Synchronization

final class CounterSlot: Sendable {
    private let file: CounterFile
    private let index: Int
    private let isRetired = Atomic(false)

    init(file: CounterFile, index: Int) {
        self.file = file
        self.index = index
    }

    deinit {
        guard isRetired.load(ordering: .acquiring) else { return }
        store(CounterFileLayout.free, in: .state)
        file.recycle(index)
    }

    func retire() { isRetired.store(true, ordering: .releasing) }

    func add(_ count: Int64, to word: CounterFileLayout.Word) {
        pointer(word)?.pointee.wrappingAdd(count, ordering: .relaxed)
    }

    func load(_ word: CounterFileLayout.Word) -> Int64 { pointer(word)?.pointee.load(ordering: .relaxed) ?? 0 }

    func store(_ value: Int64, in word: CounterFileLayout.Word) {
        pointer(word)?.pointee.store(value, ordering: .releasing)
    }

    func end(reason: String, at milliseconds: Int64) {
        let text = CounterFileLayout.reason(reason)
        file.write(text.bytes, at: CounterFileLayout.offset(ofSlot: index) + text.offset)
        store(milliseconds, in: .endedAt)
    }

    private func pointer(_ word: CounterFileLayout.Word) -> UnsafePointer<Atomic<Int64>>? {
        file.word(at: CounterFileLayout.offset(ofSlot: index) + word.rawValue)
    }
}
