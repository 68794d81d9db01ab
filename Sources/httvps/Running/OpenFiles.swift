import Foundation

enum OpenFiles {
    static let firstBeyondStandard: Int32 = 3
    private static let highest: Int32 = 65_535
    private static let openedMeanwhile: Int32 = 64

    static func inherited() -> Set<Int32> {
        Set(
            open().filter { number in
                let flags = fcntl(number, F_GETFD)
                return flags >= 0 && flags & FD_CLOEXEC == 0
            })
    }

    static func places() -> Range<Int32> {
        firstBeyondStandard..<(open().max() ?? firstBeyondStandard) + openedMeanwhile
    }

    private static func open() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? []
        return names.compactMap { Int32($0) }.filter { (firstBeyondStandard...highest).contains($0) }
    }

    static func holdStandardPlaces() {
        for number in 0..<firstBeyondStandard where fcntl(number, F_GETFD) < 0 {
            guard Foundation.open("/dev/null", O_RDONLY) == number else { return }
        }
    }
}
