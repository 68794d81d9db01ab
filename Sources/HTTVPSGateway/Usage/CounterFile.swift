import Glibc
import Synchronization

final class CounterFile: Sendable {
    private let address: UInt
    private let isMapped: Bool
    private let free: Mutex<[Int]>

    init(path: String, epoch: String) throws(JournalError) {
        let unfinished = path + ".new"
        let descriptor = open(unfinished, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path, "made", errno) }
        defer { close(descriptor) }
        let status = posix_fallocate(descriptor, 0, off_t(CounterFileLayout.fileSize))
        guard status == 0 else { throw Self.failure(path, "given its size", status) }
        address = try Self.map(descriptor, path)
        isMapped = true
        free = Mutex(Array((0..<CounterFileLayout.slotCount).reversed()))
        write(CounterFileLayout.header(epoch: epoch), at: 0)
        guard fsync(descriptor) == 0, rename(unfinished, path) == 0 else {
            throw Self.failure(path, "put in place", errno)
        }
    }

    init() {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: CounterFileLayout.offset(ofSlot: 1), alignment: CounterFileLayout.slotSize)
        address = UInt(bitPattern: memory)
        isMapped = false
        free = Mutex([])
    }

    deinit {
        if isMapped { munmap(base, CounterFileLayout.fileSize) } else { base?.deallocate() }
    }

    var freeCount: Int { free.withLock { $0.count } }

    static func inMemory() -> CounterSlot { CounterFile().claim(at: 0) }

    func claim(_ sessionID: String) -> CounterSlot? {
        guard let identity = CounterFileLayout.identity(sessionID), let index = free.withLock({ $0.popLast() }) else {
            return nil
        }
        let slot = claim(at: index)
        let start = CounterFileLayout.offset(ofSlot: index)
        write(identity.bytes, at: start + identity.offset)
        let checksum = CounterFileLayout.identityChecksum(sessionID)
        write(checksum.bytes, at: start + checksum.offset)
        slot.store(CounterFileLayout.used, in: .state)
        return slot
    }

    private func claim(at index: Int) -> CounterSlot {
        let slot = CounterSlot(file: self, index: index)
        for word in CounterFileLayout.Word.allCases where word != .state { slot.store(0, in: word) }
        return slot
    }

    func recycle(_ index: Int) { free.withLock { $0.append(index) } }

    func write(_ bytes: [UInt8], at offset: Int) {
        for (index, byte) in bytes.enumerated() {
            base?.storeBytes(of: byte, toByteOffset: offset + index, as: UInt8.self)
        }
    }

    func synchronize() throws(JournalError) {
        guard msync(base, CounterFileLayout.fileSize, MS_SYNC) == 0 else {
            throw Self.failure("the usage counters", "brought to disk", errno)
        }
    }

    func word(at offset: Int) -> UnsafePointer<Atomic<Int64>>? {
        UnsafePointer(bitPattern: address + UInt(offset))
    }

    private var base: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: address) }

    private static func map(_ descriptor: Int32, _ path: String) throws(JournalError) -> UInt {
        let pointer = mmap(nil, CounterFileLayout.fileSize, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let pointer, pointer != MAP_FAILED else { throw failure(path, "mapped", errno) }
        return UInt(bitPattern: pointer)
    }

    private static func failure(_ path: String, _ step: String, _ number: Int32) -> JournalError {
        JournalError(.writeFailed, "\(path) cannot be \(step): \(String(cString: strerror(number)))")
    }
}
